import Form from "@rjsf/core";
import { englishStringTranslator, type RJSFSchema, TranslatableString, type UiSchema } from "@rjsf/utils";
import { type ReactNode, useMemo, useState } from "react";
import type { FieldProblem } from "@/core/errors";
import type { JsonObject } from "@/core/types";
import { JsonField } from "@/forms/json-field";
import { fillNulls, prepare } from "@/forms/nullable";
import { templates } from "@/forms/templates";
import { createValidator, errorSchemaOf } from "@/forms/validator";
import { widgets } from "@/forms/widgets";

export interface SchemaFormProps {
  /** JSON Schema 2020-12. */
  schema: JsonObject;
  /** What the form begins with. Another object begins anew. */
  value?: unknown;
  /** With what was checked against the schema. */
  onSubmit: (value: unknown) => void;
  /** With every change, checked or not. */
  onChange?: (value: unknown) => void;
  uiSchema?: UiSchema;
  /** What the server found wrong, and where the form's value lies in what was sent (`/payload`). */
  problems?: readonly FieldProblem[] | undefined;
  pointerPrefix?: string;
  disabled?: boolean;
  /** For a submit button elsewhere on the page: `<Button type="submit" form={id}>`. */
  id?: string;
  /** Two forms on a page need different ones. */
  idPrefix?: string;
  /** The buttons; one of them `type="submit"`. */
  children?: ReactNode;
}

/** rjsf shows a button of its own where it is given nothing. */
const NO_BUTTONS = <span hidden />;

/** A new field begins empty, not with words that somebody has to take away. */
const translate: typeof englishStringTranslator = (words, values) =>
  words === TranslatableString.NewStringDefault ? "" : englishStringTranslator(words, values);

/** rjsf itself. Import `SchemaForm`. */
export default function RjsfForm(props: SchemaFormProps) {
  const {
    schema,
    value,
    onSubmit,
    onChange,
    uiSchema,
    problems,
    pointerPrefix,
    disabled,
    id,
    idPrefix,
    children,
  } = props;
  const shown = useMemo(() => prepare(schema) as RJSFSchema, [schema]);
  const validator = useMemo(() => createValidator(schema), [schema]);
  const extraErrors = useMemo(() => errorSchemaOf(problems ?? [], pointerPrefix), [problems, pointerPrefix]);
  const [data, setData] = useState(value);
  const [given, setGiven] = useState(value);
  const [checked, setChecked] = useState(false);
  if (given !== value) {
    setGiven(value);
    setData(value);
  }
  return (
    <Form
      {...(id ? { id } : {})}
      idPrefix={idPrefix ?? "field"}
      schema={shown}
      uiSchema={uiSchema ?? {}}
      validator={validator}
      templates={templates}
      widgets={widgets}
      fields={{ FallbackField: JsonField }}
      useFallbackUiForUnsupportedType
      formData={data}
      extraErrors={extraErrors}
      disabled={disabled ?? false}
      liveValidate={checked}
      showErrorList={false}
      translateString={translate}
      focusOnFirstError
      noHtml5Validate
      onChange={(event) => {
        setData(event.formData);
        onChange?.(event.formData);
      }}
      onError={() => setChecked(true)}
      onSubmit={(event) => onSubmit(fillNulls(schema, event.formData))}
      className="flex flex-col gap-5"
    >
      {children ?? NO_BUTTONS}
    </Form>
  );
}
