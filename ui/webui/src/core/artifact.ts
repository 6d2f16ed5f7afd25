import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getArtifact } from "@/core/api";

/** A stored file as an address that `<img>` and `<a download>` can use: they cannot send a token themselves. */
export function useArtifact(artifactId: string | null | undefined): {
  url: string | null;
  type: string | null;
  error: Error | null;
} {
  const { data, error } = useQuery({
    queryKey: ["artifact", artifactId],
    queryFn: ({ signal }) => getArtifact(artifactId ?? "", { signal }),
    enabled: Boolean(artifactId),
    staleTime: Number.POSITIVE_INFINITY, // its id is the hash of its bytes
    gcTime: 60_000,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!data) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return { url, type: data?.type ?? null, error };
}
