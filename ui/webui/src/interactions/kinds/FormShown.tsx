import { humanize } from "@/core/format";
import type { ShownProps } from "@/interactions/kinds/types";
import { Values } from "@/interactions/kinds/Values";

interface FormData {
  schema?: { properties?: Record<string, { title?: string }> };
  defaults?: unknown;
}

export function FormShown({ item }: ShownProps) {
  const { schema, defaults } = (item.data ?? {}) as FormData;
  const values = (item.response as { values?: unknown } | null)?.values ?? defaults ?? {};
  return (
    <Values
      value={values}
      label="What was filled in"
      titleOf={(name) => schema?.properties?.[name]?.title ?? humanize(name)}
    />
  );
}
