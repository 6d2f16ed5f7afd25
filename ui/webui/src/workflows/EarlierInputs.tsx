import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Status } from "@/ui/status";
import { Ago } from "@/ui/time";
import { type EarlierInput, earlierInputs } from "@/workflows/earlier-inputs";
import { recentRunsQuery } from "@/workflows/workflow-queries";

const route = getRouteApi("/workflows/$workflowId/start");

/** What this workflow was started with lately; one of them fills the form. */
export function EarlierInputs({ workflowId }: { workflowId: string }) {
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const runs = useQuery(recentRunsQuery(workflowId));
  const items = useMemo(() => earlierInputs(runs.data?.items ?? []), [runs.data]);
  if (items.length === 0) return null;
  const take = (item: EarlierInput) => {
    setOpen(false);
    void navigate({ search: (old) => ({ ...old, from: item.run.workflow_run_id }), replace: true });
  };
  return (
    <>
      <Button icon={<History aria-hidden />} onClick={() => setOpen(true)}>
        Earlier inputs
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Earlier inputs"
        description="Of the last runs. What is in the form now is replaced."
      >
        <ul className="flex flex-col gap-2">
          {items.map((item) => (
            <li key={item.run.workflow_run_id}>
              <button
                type="button"
                onClick={() => take(item)}
                className="w-full rounded-md border border-line p-3 text-left text-sm hover:border-line-strong hover:bg-sunken"
              >
                {item.lines.map((line) => (
                  <span key={line} className="block break-words">
                    {line}
                  </span>
                ))}
                {item.more > 0 && <span className="block text-ink-2">and {item.more} more</span>}
                <span className="mt-1.5 flex flex-wrap items-center gap-x-3 text-ink-2 text-xs">
                  <Ago at={item.run.created_at} />
                  <span>version {item.run.version}</span>
                  <Status status={item.run.status} className="text-xs" />
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
