import { CircleCheck, CircleX } from "lucide-react";
import type { ApproveData } from "@/interactions/kinds/ApproveAsk";
import { Content } from "@/interactions/kinds/Content";
import type { ShownProps } from "@/interactions/kinds/types";

export function ApproveShown({ item }: ShownProps) {
  const data = (item.data ?? {}) as ApproveData;
  const response = item.response as { approved?: boolean; comment?: string } | null;
  return (
    <div className="flex flex-col gap-4">
      {response && (
        <div>
          <p className="flex items-center gap-2 font-semibold text-lg">
            {response.approved ? (
              <CircleCheck aria-hidden className="size-5 text-ok" />
            ) : (
              <CircleX aria-hidden className="size-5 text-bad" />
            )}
            {response.approved ? (data.approve_label ?? "Approve") : (data.reject_label ?? "Reject")}
          </p>
          {response.comment && <p className="mt-1 whitespace-pre-line">“{response.comment}”</p>}
        </div>
      )}
      <Content value={data.content} />
    </div>
  );
}
