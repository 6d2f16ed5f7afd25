import { Button } from "@/ui/button";

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** The next part of a list, where there is one. */
export const More = ({ query }: MoreProps) =>
  query.hasNextPage ? (
    <div className="flex justify-center pt-4">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  ) : null;
