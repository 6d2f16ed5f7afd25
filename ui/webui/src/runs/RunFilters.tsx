import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { listWorkflows } from "@/core/api";
import { keys } from "@/core/query";
import type { RunStatus } from "@/core/types";
import { SearchBox } from "@/ui/search-box";
import { NativeSelect } from "@/ui/select";
import { STATUS } from "@/ui/status";

const STATUSES: readonly RunStatus[] = [
  "awaiting_input",
  "processing",
  "waiting",
  "completed",
  "error",
  "cancelled",
  "pending",
];

export interface RunFilter {
  status?: RunStatus | undefined;
  workflow?: string | undefined;
  q?: string | undefined;
  hidden?: true | undefined;
  sort?: "newest" | "oldest" | undefined;
}

interface RunFiltersProps {
  value: RunFilter;
  onChange: (change: RunFilter) => void;
}

/** What is shown of all runs. All of it is in the address. */
export function RunFilters({ value, onChange }: RunFiltersProps) {
  const id = useId();
  const workflows = useQuery({
    queryKey: [...keys.workflows, "choices"],
    queryFn: ({ signal }) => listWorkflows({ limit: 200, status: "all" }, { signal }),
  }).data?.items;
  const known = workflows?.some((item) => item.workflow_id === value.workflow);
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search runs"
        placeholder="Run id or workflow"
        value={value.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
        className="min-w-52 flex-1 md:max-w-72"
      />
      <NativeSelect
        label="Status"
        value={value.status ?? ""}
        onChange={(status) => onChange({ status: (status || undefined) as RunStatus | undefined })}
        choices={[
          { value: "", label: "Any status" },
          ...STATUSES.map((status) => ({ value: status, label: STATUS[status].word })),
        ]}
      />
      <NativeSelect
        label="Workflow"
        value={value.workflow ?? ""}
        onChange={(workflow) => onChange({ workflow: workflow || undefined })}
        className="max-w-56"
        choices={[
          { value: "", label: "Any workflow" },
          ...(value.workflow && !known ? [{ value: value.workflow, label: value.workflow }] : []),
          ...(workflows ?? []).map((item) => ({ value: item.workflow_id, label: item.name })),
        ]}
      />
      <NativeSelect
        label="Order"
        value={value.sort ?? "newest"}
        onChange={(sort) => onChange({ sort: sort === "oldest" ? "oldest" : undefined })}
        choices={[
          { value: "newest", label: "Newest first" },
          { value: "oldest", label: "Oldest first" },
        ]}
      />
      <span className="flex h-control items-center gap-2 px-1 text-sm">
        <input
          id={id}
          type="checkbox"
          checked={value.hidden ?? false}
          onChange={(event) => onChange({ hidden: event.target.checked || undefined })}
          className="size-[1.125rem] accent-(--machine)"
        />
        <label htmlFor={id}>Child runs too</label>
      </span>
    </div>
  );
}
