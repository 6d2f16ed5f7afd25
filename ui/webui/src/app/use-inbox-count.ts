import { useQuery } from "@tanstack/react-query";
import { queries } from "@/core/query";

/** How many questions are open; undefined while that is unknown. */
export function useInboxCount(): number | undefined {
  return useQuery({ ...queries.inbox(), select: (page) => page.items.length }).data;
}
