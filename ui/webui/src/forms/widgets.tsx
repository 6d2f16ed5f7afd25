import {
  ariaDescribedByIds,
  type BaseInputTemplateProps,
  enumOptionsIndexForValue,
  enumOptionsValueForIndex,
  getInputProps,
  type RegistryWidgetsType,
  type WidgetProps,
} from "@rjsf/utils";
import { ChevronDown } from "lucide-react";
import type { ChangeEvent } from "react";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/field";

const invalid = (props: { rawErrors?: string[] | undefined }) =>
  Boolean(props.rawErrors?.length) || undefined;

export function BaseInput(props: BaseInputTemplateProps) {
  const {
    id,
    value,
    onChange,
    onChangeOverride,
    onBlur,
    onFocus,
    options,
    schema,
    type,
    required,
    disabled,
    readonly,
  } = props;
  const change = (event: ChangeEvent<HTMLInputElement>) =>
    onChange(event.target.value === "" ? options.emptyValue : event.target.value);
  return (
    <input
      {...getInputProps(schema, type, options)}
      id={id}
      name={id}
      value={value ?? ""}
      placeholder={props.placeholder}
      required={required}
      disabled={disabled}
      readOnly={readonly}
      aria-invalid={invalid(props)}
      aria-describedby={ariaDescribedByIds(id)}
      onChange={onChangeOverride ?? change}
      onBlur={(event) => onBlur(id, event.target.value)}
      onFocus={(event) => onFocus(id, event.target.value)}
      className={cn(INPUT_STYLE, "h-control")}
    />
  );
}

function TextareaWidget(props: WidgetProps) {
  const { id, value, onChange, onBlur, onFocus, options, required, disabled, readonly } = props;
  return (
    <textarea
      id={id}
      name={id}
      value={value ?? ""}
      rows={options.rows ?? 4}
      placeholder={props.placeholder}
      required={required}
      disabled={disabled}
      readOnly={readonly}
      aria-invalid={invalid(props)}
      aria-describedby={ariaDescribedByIds(id)}
      onChange={(event) => onChange(event.target.value === "" ? options.emptyValue : event.target.value)}
      onBlur={(event) => onBlur(id, event.target.value)}
      onFocus={(event) => onFocus(id, event.target.value)}
      className={cn(INPUT_STYLE, "field-sizing-content max-h-[50dvh] min-h-20 resize-y py-2 leading-relaxed")}
    />
  );
}

function SelectWidget(props: WidgetProps) {
  const { id, value, onChange, options, schema, required, disabled, readonly } = props;
  // Several at once: a list in which a click needs Ctrl is known to few.
  if (props.multiple) return <ManyWidget {...props} type="checkbox" />;
  const choices = options.enumOptions ?? [];
  const pick = (event: ChangeEvent<HTMLSelectElement>) =>
    onChange(enumOptionsValueForIndex(event.target.value, choices, options.emptyValue));
  return (
    <span className="relative flex">
      <select
        id={id}
        name={id}
        value={(enumOptionsIndexForValue(value, choices, false) as string | undefined) ?? ""}
        required={required}
        disabled={disabled || readonly}
        aria-invalid={invalid(props)}
        aria-describedby={ariaDescribedByIds(id)}
        onChange={pick}
        className={cn(INPUT_STYLE, "h-control appearance-none pr-8")}
      >
        {schema.default === undefined && <option value="">{props.placeholder || "Choose…"}</option>}
        {choices.map((choice, at) => (
          <option key={String(choice.value)} value={String(at)}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3"
      />
    </span>
  );
}

function CheckboxWidget({
  id,
  value,
  onChange,
  label,
  disabled,
  readonly,
  required,
  options,
  schema,
}: WidgetProps) {
  const description = options.description ?? schema.description;
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        name={id}
        type="checkbox"
        checked={value === true}
        required={required && schema.const === true}
        disabled={disabled || readonly}
        aria-describedby={ariaDescribedByIds(id)}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-[1.125rem] shrink-0 accent-(--machine)"
      />
      <div className="text-sm">
        <label htmlFor={id}>{label}</label>
        {description && <p className="text-ink-3 text-xs">{description}</p>}
      </div>
    </div>
  );
}

function ManyWidget({
  id,
  value,
  onChange,
  options,
  disabled,
  readonly,
  type,
}: WidgetProps & { type: "checkbox" | "radio" }) {
  const choices = options.enumOptions ?? [];
  const chosen: unknown[] = type === "radio" ? [value] : Array.isArray(value) ? value : [];
  const toggle = (item: unknown) => {
    if (type === "radio") onChange(item);
    else onChange(chosen.includes(item) ? chosen.filter((other) => other !== item) : [...chosen, item]);
  };
  return (
    <fieldset
      id={id}
      aria-labelledby={`${id}__label`}
      aria-describedby={ariaDescribedByIds(id)}
      className="flex flex-col gap-1.5"
    >
      {choices.map((choice, at) => (
        <label key={String(choice.value)} className="flex items-center gap-2.5 text-sm">
          <input
            type={type}
            name={id}
            id={`${id}-${at}`}
            checked={chosen.includes(choice.value)}
            disabled={disabled || readonly}
            onChange={() => toggle(choice.value)}
            className="size-[1.125rem] accent-(--machine)"
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}

export const widgets: RegistryWidgetsType = {
  TextareaWidget,
  SelectWidget,
  CheckboxWidget,
  CheckboxesWidget: (props) => <ManyWidget {...props} type="checkbox" />,
  RadioWidget: (props) => <ManyWidget {...props} type="radio" />,
};
