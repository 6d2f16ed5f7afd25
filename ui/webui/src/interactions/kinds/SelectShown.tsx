import { CircleCheck } from "lucide-react";
import { OptionMore } from "@/interactions/kinds/OptionCard";
import { chosenIndexes, readSelect } from "@/interactions/kinds/select";
import type { ShownProps } from "@/interactions/kinds/types";
import { cn } from "@/ui/cn";
import { Badge } from "@/ui/status";

export function SelectShown({ item }: ShownProps) {
  const { options } = readSelect(item.data);
  const chosen = chosenIndexes(item.response);
  const shown = [...options].sort((a, b) => Number(chosen.has(b.index)) - Number(chosen.has(a.index)));
  return (
    <div className="@container">
      {item.status === "answered" && chosen.size === 0 && <p className="mb-3">None was picked.</p>}
      <ul className="grid gap-3 @2xl:grid-cols-2">
        {shown.map((option) => (
          <li
            key={option.index}
            className={cn(
              "rounded-lg border border-line p-4",
              chosen.has(option.index) ? "border-ok/60 bg-ok-soft" : "bg-surface",
            )}
          >
            <div className="flex items-start gap-2">
              <p className="min-w-0 flex-1 font-semibold">{option.label}</p>
              {chosen.has(option.index) && (
                <Badge tone="ok">
                  <CircleCheck aria-hidden />
                  Picked
                </Badge>
              )}
            </div>
            <OptionMore option={option} />
          </li>
        ))}
      </ul>
    </div>
  );
}
