/**
 * Python's tokenizers and this runtime know different Unicode versions and write two rules of BERT's normaliser
 * differently. Found by comparing the ids of every code point between two letters (test/embedding/tokenizer.test.ts
 * holds the result); what follows makes them equal.
 */

/**
 * Code points that are younger than the tables of Python's tokenizers: unknown letters there, punctuation or marks
 * here. The ranges run over unassigned code points too, which are unknown letters on both sides.
 */
const YOUNG = `
  061d 07fd 0890-08e2 09fd 09fe 0a76 0afa-0aff 0b55 0c04-0c3c 0c77 0c84 0d00 0d3b 0d3c 0d81 0eba 0ece
  180f-1886 1abf-1aeb 1b4e 1b4f 1b7d-1b7f 1df6-1dfb 2e43-2e5d a82c a8c5 a8ff a9bd 10d24-10f89
  11070-11074 110c2-110cd 111cf 1123e-11241 1133b 113bb-1145e 11660-1166c 116b9 1182f-11fff
  12ff1-1612f 16d6d-16f4f 16fe2-16fe4 1cf00-1cf46 1e000-1e6f5 1e944-1e95f`
const PUNCTUATION_THERE = /[\u166d\u{111c9}]/gu
const MARK_THERE = /[\u1734\u{1171e}]/gu
/** Han beyond the basic plane: the library looks at half a surrogate pair and does not set it apart. */
const ASTRAL_HAN = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu

const UNKNOWN_LETTER = new RegExp(
  `[${YOUNG.trim()
    .split(/\s+/)
    .map((range) => range.replace(/[0-9a-f]+/g, '\\u{$&}'))
    .join('')}]`,
  'gu',
)

/** A letter and a punctuation mark that no vocabulary has, known to both sides. */
const A_LETTER = '\ua000'
const A_PUNCTUATION = '\u166e'

const MAY_DIFFER = /[\u03a3-\uffff]/

/** The text as Python's BertNormalizer reads it, for a library that reads it otherwise. Latin text is left as it is. */
export function alignUnicode(text: string): string {
  if (!MAY_DIFFER.test(text)) return text
  return (
    text
      // Lower case by the letter: this runtime would make the last one of a word a final sigma.
      .replaceAll('Σ', 'σ')
      .replace(ASTRAL_HAN, ' $& ')
      .replace(UNKNOWN_LETTER, A_LETTER)
      .replace(PUNCTUATION_THERE, A_PUNCTUATION)
      .replace(MARK_THERE, '')
  )
}
