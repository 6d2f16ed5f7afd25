import { isApiError } from "@/core/errors";
import type { EditorProblem } from "@/workflows/use-problems";

/** What the server found when it was asked to save, as the editor shows problems. */
export const refusedProblems = (error: unknown): EditorProblem[] =>
  isApiError(error) && error.status === 422
    ? error.fields.map(({ pointer, message }) => ({ severity: "error", message, place: { pointer } }))
    : [];
