import {
  encodeCallback,
  translate,
  translatePlain,
  type Button,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { BroadcastView } from './broadcast.types.js';

const PERCENT = 100;

/** How a broadcast gets on, with the ways to stop it or to go on. */
export function broadcastScreen(language: Language, broadcast: BroadcastView): OutgoingMessage {
  const { id, status, stoppedBecause, people, sent, blocked, failed, unknown, skipped } = broadcast;
  const over = sent + blocked + failed + unknown + skipped;
  const percent = Math.min(PERCENT, Math.floor((over / Math.max(1, people)) * PERCENT));
  const parts = [
    translate(language, `broadcast.status.${status}`, { percent: status === 'done' ? PERCENT : percent }),
    ...(stoppedBecause ? [translate(language, `broadcast.because.${stoppedBecause}`)] : []),
    translate(language, 'broadcast.counts', { people, sent, blocked, failed, unknown, skipped }),
  ];
  const keyboard: Button[][] = [
    ...(status === 'sending' ? [[button(language, 'stop', encodeCallback('op_ask', 'bc_stop', id))]] : []),
    ...(status === 'stopped' && stoppedBecause !== 'erased' && stoppedBecause !== 'message_gone'
      ? [[button(language, 'go_on', encodeCallback('op_ask', 'bc_go_on', id))]]
      : []),
    [button(language, 'look', encodeCallback('op_broadcast'))],
    ...(status === 'sending' ? [] : [[button(language, 'new', encodeCallback('op_broadcast_new'))]]),
    [{ text: translatePlain(language, 'button.menu'), callback: encodeCallback('menu') }],
  ];
  return { text: parts.join('\n\n'), keyboard };
}

function button(language: Language, name: 'stop' | 'go_on' | 'look' | 'new', callback: string): Button {
  return { text: translatePlain(language, `broadcast.button.${name}`), callback };
}
