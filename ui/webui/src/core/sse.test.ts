import { describe, expect, it } from "vitest";
import { parse, type StreamMessage } from "@/core/sse";

function bodyOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>): Promise<StreamMessage[]> {
  const found: StreamMessage[] = [];
  for await (const message of parse(body)) found.push(message);
  return found;
}

describe("messages of a stream", () => {
  it("are whole, however their bytes are cut", async () => {
    const text = 'id: 3.1\r\nevent: progress\r\ndata: {"message":"läuft ✓"}\r\n\r\n';
    const bytes = new TextEncoder().encode(text);
    const single = Array.from(bytes, (byte) => new Uint8Array([byte]));
    expect(await all(bodyOf(...single))).toEqual([
      { id: "3.1", event: "progress", data: { message: "läuft ✓" } },
    ]);
  });

  it("leave out comments and one that was cut off by the end", async () => {
    const body = bodyOf(": ping\n\n", "event: a\ndata: 1\n\nevent: b\nda");
    expect((await all(body)).map((message) => message.event)).toEqual(["a"]);
  });

  it("let go of the connection when the reader leaves", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _ of parse(body)) break;
    await expect.poll(() => cancelled).toBe(true);
  });
});
