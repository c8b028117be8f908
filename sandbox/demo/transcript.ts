import type { ChatMessage, FakeTelegram, TelegramEvent } from '../telegram/index.js';

const LINE_LENGTH_MAX = 160;

/** One thing that happened in a chat. */
export interface TranscriptLine {
  /** Seconds since the story began. */
  atS: number;
  from: 'bot' | 'person';
  what: string;
  text: string;
}

/** Listens to one person's chat and writes down what is said, with times. */
export class Transcript {
  readonly lines: TranscriptLine[] = [];
  private readonly startedAt = performance.now();
  private readonly stopListening: () => void;

  constructor(telegram: FakeTelegram, personId: () => number) {
    this.stopListening = telegram.onEvent((event) => {
      if (event.personId === personId()) this.hear(event);
    });
  }

  /** Writes down what the person did without words. */
  note(text: string): void {
    this.add('person', 'tap', text);
  }

  stop(): void {
    this.stopListening();
  }

  private hear(event: TelegramEvent): void {
    if (event.type === 'message_new')
      this.add(event.message.from, event.message.kind, describe(event.message));
    if (event.type === 'message_edited') this.add('bot', 'edit', describe(event.message));
    if (event.type === 'callback_answered') {
      this.add('person', 'tap', event.answer.data + (event.answer.text ? ` → ${event.answer.text}` : ''));
    }
  }

  private add(from: 'bot' | 'person', what: string, text: string): void {
    this.lines.push({ atS: (performance.now() - this.startedAt) / 1000, from, what, text });
  }
}

/** A line for the terminal. */
export function formatLine({ atS, from, what, text }: TranscriptLine): string {
  const short = text.replace(/\s+/g, ' ').trim();
  const cut = short.length > LINE_LENGTH_MAX ? `${short.slice(0, LINE_LENGTH_MAX)}…` : short;
  return `  ${atS.toFixed(2).padStart(7)}s  ${from === 'bot' ? 'bot   ' : 'person'}  ${what.padEnd(8)} ${cut}`;
}

function describe(message: ChatMessage): string {
  const media = message.media
    ? `[${message.media.mimeType}, ${Math.round(message.media.bytes / 1024)} kB] `
    : '';
  const buttons = message.keyboard?.flat().map((button) => `[${button.text}]`) ?? [];
  return `${media}${message.text} ${buttons.join(' ')}`.trim();
}
