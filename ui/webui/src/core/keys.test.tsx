import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Command, useCommands } from "@/core/commands";
import { capsOf, listenForKeys } from "@/core/keys";

let stop = () => {};
beforeEach(() => {
  stop = listenForKeys();
});
afterEach(() => stop());

const Commands = ({ commands }: { commands: Command[] }) => {
  useCommands(commands);
  return <input aria-label="name" />;
};

const command = (keys: string, run = vi.fn(), more: Partial<Command> = {}) => ({
  id: keys,
  title: keys,
  keys,
  run,
  ...more,
});

describe("keys", () => {
  it("run a command, also one of two presses", async () => {
    const [one, two] = [vi.fn(), vi.fn()];
    render(<Commands commands={[command("?", one), command("g i", two)]} />);
    await userEvent.keyboard("?gi");
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 1]);
  });

  it("belong to a field while somebody types in it, except with Ctrl", async () => {
    const [plain, control] = [vi.fn(), vi.fn()];
    const { getByLabelText } = render(
      <Commands commands={[command("j", plain), command("mod+k", control)]} />,
    );
    getByLabelText("name").focus();
    await userEvent.keyboard("j{Control>}k{/Control}");
    expect([plain.mock.calls.length, control.mock.calls.length]).toEqual([0, 1]);
  });

  it("go to the innermost component, and back when it is gone", async () => {
    const [outer, inner] = [vi.fn(), vi.fn()];
    render(<Commands commands={[command("j", outer)]} />);
    const { unmount } = render(<Commands commands={[command("j", inner)]} />);
    await userEvent.keyboard("j");
    unmount();
    await userEvent.keyboard("j");
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([1, 1]);
  });

  it("do what the last render said", async () => {
    const [before, after] = [vi.fn(), vi.fn()];
    const { rerender } = render(<Commands commands={[command("j", before)]} />);
    rerender(<Commands commands={[command("j", after)]} />);
    await userEvent.keyboard("j");
    expect([before.mock.calls.length, after.mock.calls.length]).toEqual([0, 1]);
  });

  it("of a disabled command do nothing", async () => {
    const run = vi.fn();
    render(<Commands commands={[command("j", run, { disabled: true })]} />);
    await userEvent.keyboard("j");
    expect(run).not.toHaveBeenCalled();
  });

  it("are shown as caps", () => {
    expect([capsOf("mod+k"), capsOf("g i"), capsOf("Escape")]).toEqual([["Ctrl", "k"], ["g", "i"], ["Esc"]]);
  });
});
