/** A cut keeps whole sentences only if that keeps this much of the room; otherwise it keeps whole words. */
const SENTENCE_SHARE_MIN = 0.5;
const SENTENCE_END = /[.!?…。！？]+["'”»)\]]*(?=\s|$)|\n/gu;

/** Whole quotations. A mark after a letter or a digit opens none: it may be inches. */
const QUOTATION = /(?<![\p{L}\d])"[^"]{1,1000}"|«[^»]{1,1000}»|[“„][^”“]{1,1000}[”“]/gu;

/** Someone's text without what no prompt may hold: control characters, half a surrogate pair, spaces at the ends. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')
    .trim();
}

/** A text as its sentences, each with the space after it: joined they are the text again. A quotation is never torn. */
export function splitSentences(text: string): string[] {
  const quotations = [...text.matchAll(QUOTATION)];
  const sentences: string[] = [];
  let from = 0;
  let next = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const matchEnd = match.index + match[0].length;
    while (endOf(quotations[next]) < matchEnd) next += 1;
    if ((quotations[next]?.index ?? Infinity) < match.index && matchEnd < endOf(quotations[next])) continue;
    const end = text.length - text.slice(matchEnd).trimStart().length;
    sentences.push(text.slice(from, end));
    from = end;
  }
  return [...sentences, text.slice(from)].filter((sentence) => sentence !== '');
}

function endOf(match: RegExpExecArray | undefined): number {
  return match ? match.index + match[0].length : Infinity;
}

/**
 * The text within a length, in UTF-16 units: whole if it fits, else cut after the last sentence that fits, else after the last
 * word, else in the middle of one.
 */
export function cutAtSentence(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const sentencesEnd = lastEnd(text, SENTENCE_END, lengthMax);
  if (sentencesEnd >= lengthMax * SENTENCE_SHARE_MIN) return text.slice(0, sentencesEnd).trimEnd();
  const wordsEnd = lastEnd(text, /\S(?=\s)/gu, lengthMax);
  if (wordsEnd >= lengthMax * SENTENCE_SHARE_MIN) return text.slice(0, wordsEnd);
  return text.slice(0, lengthMax).replace(/\p{Cs}$/u, '');
}

function lastEnd(text: string, pattern: RegExp, lengthMax: number): number {
  let end = 0;
  // One more character is looked at, so that "3.5" is not taken for the end of a sentence.
  for (const match of text.slice(0, lengthMax + 1).matchAll(pattern)) {
    const matchEnd = match.index + match[0].length;
    if (matchEnd <= lengthMax) end = matchEnd;
  }
  return end;
}
