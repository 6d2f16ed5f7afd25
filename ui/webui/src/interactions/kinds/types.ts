import type { ComponentType } from "react";
import type { Interaction } from "@/core/types";
import type { Answer } from "@/interactions/answer/use-answer";
import type { Door } from "@/interactions/sub-actions/use-door";

export interface AskProps {
  item: Interaction;
  answer: Answer;
  /** To start what the question offers from within its content. */
  door: Door;
  /** What becomes of it when it is answered now, where that is worth a sentence. */
  hint?: string | undefined;
}

export interface ShownProps {
  /** As it is, or as it was at some moment. Its answer is marked, where it has one. */
  item: Interaction;
}

export interface Kind {
  /** Whether the data is what this control knows; if not, the plain one shows it. */
  fits: (data: unknown) => boolean;
  /** The open question, with what sends the answer. */
  Ask: ComponentType<AskProps>;
  /** To look at, not to touch. */
  Shown: ComponentType<ShownProps>;
}
