import { Fragment, type ReactNode } from "react";
import { Artifact } from "@/interactions/media/Artifact";
import { type Block, blocksOf, type Span, spansOf } from "@/interactions/text/rich-text";

/** A text with headings, lists, emphasis and pictures as they are meant. Headings are set, but not part of the page's own. */
export const RichText = ({ text }: { text: string }) => (
  <div className="flex max-w-prose flex-col gap-3 leading-relaxed">
    {keyed(blocksOf(text)).map(([key, block]) => (
      <Fragment key={key}>{shown(block)}</Fragment>
    ))}
  </div>
);

const keyed = <T,>(items: readonly T[]): [string, T][] => items.map((item, at) => [`${at}`, item]);

const SIZES = ["text-xl", "text-lg", "text-base"];

function shown(block: Block): ReactNode {
  switch (block.kind) {
    case "heading":
      return (
        <p className={`mt-1 font-semibold ${SIZES[Math.min(block.level, SIZES.length) - 1]}`}>
          <Spans text={block.text} />
        </p>
      );
    case "list": {
      const items = keyed(block.items).map(([key, item]) => (
        <li key={key}>
          <Spans text={item} />
        </li>
      ));
      return block.ordered ? (
        <ol className="list-decimal pl-5">{items}</ol>
      ) : (
        <ul className="list-disc pl-5">{items}</ul>
      );
    }
    case "quote":
      return (
        <blockquote className="border-line-strong border-l-2 pl-3 text-ink-2">
          <Spans text={block.text} />
        </blockquote>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
        <pre tabIndex={0} className="overflow-x-auto rounded-sm bg-sunken p-3 font-mono text-xs">
          {block.text}
        </pre>
      );
    case "rule":
      return <hr className="border-line" />;
    case "paragraph":
      return (
        <p className="whitespace-pre-line">
          <Spans text={block.text} />
        </p>
      );
  }
}

const Spans = ({ text }: { text: string }) => <>{spans(spansOf(text))}</>;

const spans = (items: readonly Span[]): ReactNode =>
  keyed(items).map(([key, span]) => <Fragment key={key}>{spanOf(span)}</Fragment>);

function spanOf(span: Span): ReactNode {
  switch (span.kind) {
    case "text":
      return span.text;
    case "strong":
      return <strong>{spans(span.spans)}</strong>;
    case "em":
      return <em>{spans(span.spans)}</em>;
    case "code":
      return <code className="rounded bg-sunken px-1 font-mono text-[0.92em]">{span.text}</code>;
    case "link":
      return (
        <a href={span.href} target="_blank" rel="noreferrer" className="link">
          {span.text}
        </a>
      );
    case "picture":
      return (
        <Artifact id={span.artifactId} alt={span.alt} className="my-1 max-h-[28rem] w-auto rounded-md" />
      );
  }
}
