/** Which control shows a question. What is not known, or not of the shape that is known, gets the plain one. */
import type { Interaction } from "@/core/types";
import { ApproveAsk } from "@/interactions/kinds/ApproveAsk";
import { ApproveShown } from "@/interactions/kinds/ApproveShown";
import { FormAsk } from "@/interactions/kinds/FormAsk";
import { FormShown } from "@/interactions/kinds/FormShown";
import { PlainAsk } from "@/interactions/kinds/PlainAsk";
import { PlainShown } from "@/interactions/kinds/PlainShown";
import { ReviewAsk } from "@/interactions/kinds/ReviewAsk";
import { ReviewShown } from "@/interactions/kinds/ReviewShown";
import { SelectAsk } from "@/interactions/kinds/SelectAsk";
import { SelectShown } from "@/interactions/kinds/SelectShown";
import type { Kind } from "@/interactions/kinds/types";
import { MediaAsk } from "@/interactions/media/MediaAsk";
import { MediaShown } from "@/interactions/media/MediaShown";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const has =
  (key: string, check: (value: unknown) => boolean = () => true) =>
  (data: unknown): boolean =>
    isObject(data) && key in data && check(data[key]);

const KINDS: Record<string, Kind> = {
  select: { fits: has("options", Array.isArray), Ask: SelectAsk, Shown: SelectShown },
  form: { fits: has("schema", isObject), Ask: FormAsk, Shown: FormShown },
  approve: { fits: isObject, Ask: ApproveAsk, Shown: ApproveShown },
  review: { fits: has("content"), Ask: ReviewAsk, Shown: ReviewShown },
  media: { fits: has("generations", Array.isArray), Ask: MediaAsk, Shown: MediaShown },
};

const PLAIN: Kind = { fits: () => true, Ask: PlainAsk, Shown: PlainShown };

export function kindOf(item: Interaction): Kind {
  const known = KINDS[item.kind];
  return known?.fits(item.data) ? known : PLAIN;
}
