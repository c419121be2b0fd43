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
