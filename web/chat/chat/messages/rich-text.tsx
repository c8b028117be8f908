import { memo } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { openAddress, say, staysHere } from '../../state/deeds.js';
import { readHtml, type RichElement, type RichNode } from '../rules/html.rules.js';

interface RichTextProps {
  /** Telegram's HTML. */
  html: string;
  /** Who taps the commands in it. */
  personId: number;
}

/** A text with its formatting, drawn from what is known to be harmless. */
export const RichText = memo(function RichText({ html, personId }: RichTextProps) {
  return <Nodes nodes={readHtml(html)} personId={personId} />;
});

function Nodes({ nodes, personId }: { nodes: RichNode[]; personId: number }) {
  return (
    <>
      {nodes.map((node) => {
        if (typeof node === 'string') return node;
        if ('command' in node) return <Command command={node.command} personId={personId} />;
        return <Element element={node} personId={personId} />;
      })}
    </>
  );
}

function Element({ element, personId }: { element: RichElement; personId: number }) {
  const inside = <Nodes nodes={element.children} personId={personId} />;
  switch (element.tag) {
    case 'a':
      return (
        <Link href={element.href ?? ''} personId={personId}>
          {inside}
        </Link>
      );
    case 'spoiler':
      return <Spoiler>{inside}</Spoiler>;
    case 'blockquote':
      return element.isExpandable ? <LongQuote>{inside}</LongQuote> : <blockquote>{inside}</blockquote>;
    default: {
      const Tag = element.tag;
      return <Tag>{inside}</Tag>;
    }
  }
}

function Command({ command, personId }: { command: string; personId: number }) {
  return (
    <button type="button" class="text-link" onClick={() => void say(personId, command)}>
      {command}
    </button>
  );
}

function Link(props: { href: string; personId: number; children: ComponentChildren }) {
  const { href, personId, children } = props;
  const onClick = (event: MouseEvent) => {
    if (!staysHere(href)) return;
    event.preventDefault();
    openAddress(href, personId);
  };
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" onClick={onClick}>
      {children}
    </a>
  );
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [isShown, setShown] = useState(false);
  const text = useRef<HTMLSpanElement>(null);
  // The button that had the focus is gone.
  useLayoutEffect(() => text.current?.focus(), [isShown]);
  if (isShown) {
    return (
      <span ref={text} class="spoiler is-shown" tabIndex={-1}>
        {children}
      </span>
    );
  }
  return (
    <button type="button" class="spoiler" aria-label="Hidden text: show it" onClick={() => setShown(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  );
}

/** A quote of which a few lines are shown until the rest is asked for. */
function LongQuote({ children }: { children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = ref.current;
    if (text && !isOpen) setLong(text.scrollHeight > text.clientHeight + 1);
  });
  return (
    <blockquote>
      <div ref={ref} class={isOpen ? '' : 'is-cut'}>
        {children}
      </div>
      {isLong && (
        <button type="button" class="text-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show less' : 'Show all'}
        </button>
      )}
    </blockquote>
  );
}
