import type { Does } from "@/modules/group-modules";
import { SearchBox } from "@/ui/search-box";
import { NativeSelect } from "@/ui/select";

export interface ModuleFilter {
  q?: string | undefined;
  does?: Does | undefined;
}

interface ModuleFiltersProps {
  value: ModuleFilter;
  onChange: (change: ModuleFilter) => void;
}

/** All of it is in the address. */
export const ModuleFilters = ({ value, onChange }: ModuleFiltersProps) => (
  <div className="mb-4 flex flex-wrap items-center gap-2">
    <SearchBox
      label="Search modules"
      placeholder="Name or description"
      value={value.q ?? ""}
      onChange={(q) => onChange({ q: q || undefined })}
      className="min-w-52 flex-1 md:max-w-80"
    />
    <NativeSelect
      label="What they do"
      value={value.does ?? ""}
      onChange={(does) => onChange({ does: (does || undefined) as Does | undefined })}
      choices={[
        { value: "", label: "All modules" },
        { value: "asks", label: "Ask a person" },
        { value: "works", label: "Touch something outside" },
        { value: "computes", label: "Stay inside the run" },
      ]}
    />
  </div>
);
