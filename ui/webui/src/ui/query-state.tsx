import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/error";
import { SkeletonRows } from "@/ui/skeleton";

interface QueryLike<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

interface QueryStateProps<T> {
  query: QueryLike<T>;
  /** What did not work: "The runs could not be read". */
  failed: string;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The states of everything that is read: loading, failed, failed but with something older to show, there. */
export function QueryState<T>({ query, failed, loading, children }: QueryStateProps<T>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    return query.error ? (
      <ErrorNote title={failed} error={query.error} onRetry={retry} />
    ) : (
      (loading ?? <SkeletonRows />)
    );
  }
  return (
    <>
      {query.error && (
        <ErrorNote
          title={`${failed}; this is how it was before`}
          error={query.error}
          onRetry={retry}
          className="mb-4"
        />
      )}
      {children(query.data)}
    </>
  );
}
