/** JSON Schema 2020-12 without `eval`, which the content security policy forbids (and Ajv needs). */
import { type Schema, Validator } from "@cfworker/json-schema";
import {
  type ErrorSchema,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  type ValidationData,
  type ValidatorType,
} from "@rjsf/utils";
import type { FieldProblem } from "@/core/errors";
import { problemsOf } from "@/forms/schema-check";

/** A pointer as the path that rjsf uses: `/a/0/b` -> `.a.0.b`. */
const propertyOf = (pointer: string): string =>
  pointer
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");

const toRjsf = (problem: FieldProblem): RJSFValidationError => ({
  property: propertyOf(problem.pointer),
  message: problem.message,
  stack: problem.message,
});

/** Problems that the server found, as rjsf shows them. `prefix` is where the form's value lies in what was sent. */
export const errorSchemaOf = (problems: readonly FieldProblem[], prefix = ""): ErrorSchema =>
  toErrorSchema(
    problems
      .filter((problem) => problem.pointer.startsWith(prefix))
      .map((problem) => toRjsf({ ...problem, pointer: problem.pointer.slice(prefix.length) })),
  );

/** For rjsf. `original` is checked: the form is shown a prepared copy of it. */
export function createValidator(original: unknown): ValidatorType {
  const isValid = (schema: RJSFSchema, value: unknown, root: RJSFSchema): boolean => {
    try {
      const whole = { ...(schema as object), $defs: root?.$defs, definitions: root?.definitions };
      return new Validator(whole as Schema, "2020-12", true).validate(value).valid;
    } catch {
      return false; // a reference that leads nowhere
    }
  };
  return {
    validateFormData: (value): ValidationData<unknown> => {
      const errors = problemsOf(original, value ?? null).map(toRjsf);
      return { errors, errorSchema: toErrorSchema(errors) };
    },
    isValid,
    rawValidation: <Result>(schema: RJSFSchema, value?: unknown) => ({
      errors: problemsOf(schema, value) as Result[],
    }),
  };
}
