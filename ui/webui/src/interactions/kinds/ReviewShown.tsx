import { Content } from "@/interactions/kinds/Content";
import type { ReviewData } from "@/interactions/kinds/review";
import { stableJson } from "@/interactions/kinds/stable-json";
import type { ShownProps } from "@/interactions/kinds/types";

export function ReviewShown({ item }: ShownProps) {
  const { content } = (item.data ?? {}) as ReviewData;
  const response = item.response as { content?: unknown } | null;
  if (!response) return <Content value={content} />;
  const isChanged = stableJson(response.content) !== stableJson(content);
  return (
    <div className="flex flex-col gap-3">
      <Content value={response.content} />
      {isChanged && (
        <details>
          <summary className="link w-fit text-sm">It was changed: see what was proposed</summary>
          <div className="mt-3">
            <Content value={content} />
          </div>
        </details>
      )}
    </div>
  );
}
