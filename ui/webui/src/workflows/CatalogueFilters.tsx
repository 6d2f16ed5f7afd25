import { SearchBox } from "@/ui/search-box";
import { NativeSelect } from "@/ui/select";

export interface CatalogueFilter {
  q?: string | undefined;
  show?: "archived" | "all" | undefined;
  sort?: "changed" | undefined;
}

interface CatalogueFiltersProps {
  value: CatalogueFilter;
  onChange: (change: CatalogueFilter) => void;
}

/** All of it is in the address. */
export const CatalogueFilters = ({ value, onChange }: CatalogueFiltersProps) => (
  <div className="mb-4 flex flex-wrap items-center gap-2">
    <SearchBox
      label="Search workflows"
      placeholder="Name, id or description"
      value={value.q ?? ""}
      onChange={(q) => onChange({ q: q || undefined })}
      className="min-w-52 flex-1 md:max-w-80"
    />
    <NativeSelect
      label="Show"
      value={value.show ?? "active"}
      onChange={(show) => onChange({ show: show === "archived" || show === "all" ? show : undefined })}
      choices={[
        { value: "active", label: "In use" },
        { value: "archived", label: "Archived" },
        { value: "all", label: "In use and archived" },
      ]}
    />
    <NativeSelect
      label="Order"
      value={value.sort ?? "name"}
      onChange={(sort) => onChange({ sort: sort === "changed" ? "changed" : undefined })}
      choices={[
        { value: "name", label: "By name" },
        { value: "changed", label: "Last changed first" },
      ]}
    />
  </div>
);
