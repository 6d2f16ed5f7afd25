import { PlainData } from "@/interactions/kinds/PlainData";
import type { ShownProps } from "@/interactions/kinds/types";
import { Values } from "@/interactions/kinds/Values";

export const PlainShown = ({ item }: ShownProps) => (
  <div className="flex flex-col gap-5">
    {item.response !== null && <Values value={item.response} label="The answer" />}
    <PlainData data={item.data} />
  </div>
);
