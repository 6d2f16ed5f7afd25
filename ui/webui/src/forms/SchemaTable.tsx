import { useMemo } from "react";
import type { JsonObject } from "@/core/types";
import { type SchemaRow, schemaRows } from "@/forms/schema-rows";
import { cn } from "@/ui/cn";
import { Badge } from "@/ui/status";

interface SchemaTableProps {
  schema: JsonObject;
  label: string;
  /** What an object without properties means here. */
  empty: string;
  /** Whether it matters which fields must be there; not for what a module gives. */
  showRequired?: boolean;
}

/** An object schema to read: one row a field, nested ones below theirs. */
export function SchemaTable({ schema, label, empty, showRequired = true }: SchemaTableProps) {
  const rows = useMemo(() => schemaRows(schema), [schema]);
  if (rows.length === 0) return <p className="text-ink-2 text-sm">{empty}</p>;
  return (
    <table aria-label={label} className="w-full table-fixed border-collapse text-left text-sm">
      <colgroup>
        <col className="w-[44%] md:w-[32%]" />
        <col className="max-md:hidden md:w-[22%]" />
        <col />
      </colgroup>
      <thead className="text-ink-2 text-xs">
        <tr className="border-line border-b">
          <th className="py-1.5 pr-3 font-normal">Field</th>
          <th className="py-1.5 pr-3 font-normal max-md:hidden">Kind</th>
          <th className="py-1.5 font-normal">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} showRequired={showRequired} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, showRequired }: { row: SchemaRow; showRequired: boolean }) {
  return (
    <tr className="border-line align-top not-last:border-b">
      <th
        scope="row"
        className="py-2 pr-3 font-normal"
        style={{ paddingLeft: row.level ? `${row.level * 0.9}rem` : undefined }}
      >
        <code className={cn("break-words font-mono max-md:text-xs", row.level === 0 && "font-semibold")}>
          {row.name}
        </code>
        {showRequired && row.required && (
          <Badge tone="machine" className="ml-2">
            required
          </Badge>
        )}
        <span className="block text-ink-2 md:hidden">{row.type}</span>
      </th>
      <td className="py-2 pr-3 text-ink-2 max-md:hidden">{row.type}</td>
      <td className="py-2">
        <Meaning row={row} />
      </td>
    </tr>
  );
}

function Meaning({ row }: { row: SchemaRow }) {
  const words = row.description || row.title;
  return (
    <div className="flex flex-col gap-0.5">
      {words && <p>{words}</p>}
      {row.choices.length > 0 && (
        <p className="text-ink-2">
          One of <Values values={row.choices} />
        </p>
      )}
      {row.limits.length > 0 && <p className="text-ink-2">{row.limits.join(" · ")}</p>}
      {row.fallback !== undefined && row.fallback !== null && (
        <p className="text-ink-2">
          If left out: <Values values={[row.fallback]} />
        </p>
      )}
      {row.example !== undefined && (
        <p className="text-ink-2">
          For example <Values values={[row.example]} />
        </p>
      )}
    </div>
  );
}

const LONGEST = 80;

const Values = ({ values }: { values: readonly unknown[] }) => (
  <>
    {values.map((value, index) => (
      <span key={shown(value)}>
        {index > 0 && ", "}
        <code className="break-words font-mono text-[0.92em] text-ink">{shown(value)}</code>
      </span>
    ))}
  </>
);

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text || "“”";
}
