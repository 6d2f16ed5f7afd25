import { useCommands } from "@/core/commands";

/** Sending the answer from the keyboard and from the palette. */
export function useAnswerCommand(send: () => void, title = "Send the answer"): void {
  useCommands([{ id: "answer", title, keys: "mod+Enter", keywords: "answer submit go on", run: send }]);
}
