/**
 * JSON lists that hold these members, all of them and in their order, each list at most so many characters long where its
 * members allow it: one parameter of a statement carries a list, and a parameter is bounded.
 */
export function jsonLists(members: readonly unknown[], most: number): string[] {
  const lists: string[][] = []
  let length = 0
  for (const member of members) {
    const text = JSON.stringify(member)
    const last = lists.at(-1)
    if (last === undefined || length + text.length + 1 > most) {
      lists.push([text])
      length = text.length + 2
    } else {
      last.push(text)
      length += text.length + 1
    }
  }
  return lists.map((list) => `[${list.join(',')}]`)
}

/** Characters of one bound text: at most three bytes each, below the 2 MB that is bound or kept in a row. */
const MAX_PART = 500_000

/** A text cut into pieces that can be bound and kept, none of them within a character: half of one would not be kept. */
export function textParts(text: string, most = MAX_PART): string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = start + most
    const isWithin = end < text.length && isLowSurrogate(text.charCodeAt(end))
    const cut = isWithin ? end - 1 : end
    parts.push(text.slice(start, cut))
    start = cut
  }
  return parts
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
