import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  buttonId,
  canExpand,
  descriptionId,
  errorId,
  type FieldErrorProps,
  type FieldTemplateProps,
  helpId,
  type MultiSchemaFieldTemplateProps,
  type ObjectFieldTemplateProps,
  type TemplatesType,
  type WrapIfAdditionalTemplateProps,
} from "@rjsf/utils";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { BaseInput } from "@/forms/widgets";
import { Button, IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { INPUT_STYLE, Required } from "@/ui/field";

/** A control that is its own label (checkbox), or has a legend (object, list), gets none from here. */
function ownsLabel({ schema, uiSchema }: FieldTemplateProps): boolean {
  const widget = uiSchema?.["ui:widget"];
  return schema.type === "boolean" && widget !== "radio" && widget !== "select";
}

function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, children, errors, help, rawDescription, hidden, required, displayLabel, rawErrors } =
    props;
  if (hidden) return <div hidden>{children}</div>;
  const labelled = displayLabel && label && !ownsLabel(props);
  // Of an item in a list only its number is worth a word: that it is required is what a list is.
  const isItem = typeof props.fieldPathId.path.at(-1) === "number";
  return (
    <WrapIfAdditional {...props}>
      <div className={cn("flex flex-col gap-1", rawErrors?.length && "text-ink")}>
        {labelled && (
          <label id={`${id}__label`} htmlFor={id} className="font-medium text-sm">
            {isItem ? itemTitle(label) : label}
            {required && !isItem && <Required />}
          </label>
        )}
        {children}
        {labelled && rawDescription && (
          <p id={descriptionId(id)} className="text-ink-3 text-xs">
            {rawDescription}
          </p>
        )}
        {errors}
        {help && <div id={helpId(id)}>{help}</div>}
      </div>
    </WrapIfAdditional>
  );
}

/** rjsf calls the items of a list `Links-1`. */
const itemTitle = (title: string): string => title.replace(/-(\d+)$/, " $1");

function FieldErrors({ errors, fieldPathId }: FieldErrorProps) {
  if (!errors?.length) return null;
  return (
    <ul id={errorId(fieldPathId)} className="text-bad text-xs">
      {errors.map((error) => (
        <li key={String(error)}>{error}</li>
      ))}
    </ul>
  );
}

function ObjectFields(props: ObjectFieldTemplateProps) {
  const {
    title,
    description,
    properties,
    fieldPathId,
    schema,
    uiSchema,
    formData,
    onAddProperty,
    disabled,
    readonly,
  } = props;
  const isRoot = fieldPathId.path.length === 0;
  if ((schema.anyOf || schema.oneOf) && !schema.properties && properties.length === 0) return null;
  const content = (
    <div className="flex flex-col gap-4">
      {properties.filter((item) => !item.hidden).map((item) => item.content)}
      {canExpand(schema, uiSchema, formData) && (
        <Button
          id={buttonId(fieldPathId, "add")}
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden />}
          disabled={Boolean(disabled || readonly)}
          onClick={onAddProperty}
        >
          Add field
        </Button>
      )}
    </div>
  );
  if (isRoot) return content;
  return (
    <fieldset id={fieldPathId.$id} className="min-w-0 rounded-md border border-line p-4 pt-2">
      {title && <legend className="px-1 font-medium text-sm">{itemTitle(title)}</legend>}
      {description && <p className="mb-3 text-ink-3 text-xs">{description}</p>}
      {content}
    </fieldset>
  );
}

function ArrayFields({
  title,
  items,
  canAdd,
  onAddClick,
  fieldPathId,
  schema,
  required,
  disabled,
  readonly,
}: ArrayFieldTemplateProps) {
  return (
    <fieldset id={fieldPathId.$id} className="min-w-0">
      {title && (
        <legend className="mb-1 font-medium text-sm">
          {title}
          {required && <Required />}
        </legend>
      )}
      {schema.description && <p className="mb-2 text-ink-3 text-xs">{schema.description}</p>}
      <div className="flex flex-col gap-2">{items}</div>
      {canAdd && (
        <Button
          id={buttonId(fieldPathId, "add")}
          size="sm"
          className="mt-2"
          icon={<Plus aria-hidden />}
          disabled={Boolean(disabled || readonly)}
          onClick={onAddClick}
        >
          Add
        </Button>
      )}
    </fieldset>
  );
}

function ArrayItem({ children, buttonsProps, hasToolbar, index }: ArrayFieldItemTemplateProps) {
  const {
    hasMoveUp,
    hasMoveDown,
    hasRemove,
    onMoveUpItem,
    onMoveDownItem,
    onRemoveItem,
    disabled,
    readonly,
  } = buttonsProps;
  const off = Boolean(disabled || readonly);
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">{children}</div>
      {hasToolbar && (
        <>
          {hasMoveUp && (
            <IconButton
              label={`Move item ${index + 1} up`}
              icon={<ArrowUp aria-hidden />}
              disabled={off}
              onClick={onMoveUpItem}
            />
          )}
          {hasMoveDown && (
            <IconButton
              label={`Move item ${index + 1} down`}
              icon={<ArrowDown aria-hidden />}
              disabled={off}
              onClick={onMoveDownItem}
            />
          )}
          {hasRemove && (
            <IconButton
              label={`Remove item ${index + 1}`}
              icon={<Trash2 aria-hidden />}
              disabled={off}
              onClick={onRemoveItem}
            />
          )}
        </>
      )}
    </div>
  );
}

/** A field whose name the person gives. */
function WrapIfAdditional(props: WrapIfAdditionalTemplateProps) {
  const { id, label, children, schema, onKeyRenameBlur, onRemoveProperty, disabled, readonly } = props;
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return children;
  return (
    <div className="flex items-start gap-2">
      <input
        aria-label="Name of the field"
        id={`${id}-key`}
        defaultValue={label}
        disabled={disabled || readonly}
        onBlur={onKeyRenameBlur}
        className={cn(INPUT_STYLE, "mt-6 h-control w-40 font-mono")}
      />
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton
        className="mt-6"
        label={`Remove ${label}`}
        icon={<Trash2 aria-hidden />}
        disabled={Boolean(disabled || readonly)}
        onClick={onRemoveProperty}
      />
    </div>
  );
}

const MultiSchema = ({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) => (
  <div className="flex flex-col gap-3">
    {selector}
    {optionSchemaField}
  </div>
);

export const templates: Partial<Omit<TemplatesType, "ButtonTemplates">> = {
  FieldTemplate,
  FieldErrorTemplate: FieldErrors,
  ObjectFieldTemplate: ObjectFields,
  ArrayFieldTemplate: ArrayFields,
  ArrayFieldItemTemplate: ArrayItem,
  WrapIfAdditionalTemplate: WrapIfAdditional,
  MultiSchemaFieldTemplate: MultiSchema,
  BaseInputTemplate: BaseInput,
};
