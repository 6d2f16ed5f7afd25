import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { cn } from "@/ui/cn";

export interface Tab<T extends string> {
  value: T;
  label: string;
  /** A count or mark after the label. */
  badge?: ReactNode;
}

interface TabsProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  tabs: readonly Tab<T>[];
  label: string;
  className?: string;
  /** The panel of the open tab. */
  children: ReactNode;
}

/** The open tab belongs in the address: `value` comes from the search params, `onChange` navigates with `replace`. */
export function Tabs<T extends string>({ value, onChange, tabs, label, className, children }: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={cn("flex min-h-0 flex-col", className)}
    >
      <Base.List
        aria-label={label}
        className="relative flex gap-1 overflow-x-auto border-line border-b"
        activateOnFocus={false}
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-3 text-ink-2 text-sm outline-offset-[-2px] hover:text-ink data-[active]:border-machine data-[active]:font-semibold data-[active]:text-ink pointer-coarse:h-11"
          >
            {tab.label}
            {tab.badge}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="min-h-0 flex-1 pt-4 outline-offset-2">
          {children}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
