import { EyeOff, MessageSquareText } from "lucide-react";
import { Badge } from "@/ui/status";
import type { OfferedSubAction } from "@/workflows/definition-parts";

/** What a person may have done while a question is open. */
export const SubActionList = ({ items }: { items: readonly OfferedSubAction[] }) => (
  <ul className="flex flex-col divide-y divide-line border-line border-y text-sm">
    {items.map((item) => (
      <li key={`${item.moduleName}.${item.id}`} className="py-2">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{item.label}</span>
          {item.feedback && (
            <Badge>
              <MessageSquareText aria-hidden />
              takes feedback
            </Badge>
          )}
          {item.params && <Badge>has a form</Badge>}
          {item.hidden && (
            <Badge>
              <EyeOff aria-hidden />
              not shown
            </Badge>
          )}
        </p>
        <p className="text-ink-2">
          At <code className="font-mono">{item.moduleName}</code>,{" "}
          {item.own ? "by the module itself" : "by a run of its own"}
          {item.writes.length > 0 && (
            <>
              ; writes <code className="break-words font-mono">{item.writes.join(", ")}</code>
            </>
          )}
        </p>
      </li>
    ))}
  </ul>
);
