import fc from 'fast-check'

/** One range by its size: prices in hundredths. The last has no end, whatever its size says. */
export interface Tier {
  readonly size: number
  readonly price: number
  readonly flat: number
}

export const tiers: fc.Arbitrary<Tier[]> = fc.array(
  fc.record({ size: fc.integer({ min: 2, max: 12 }), price: fc.nat(500), flat: fc.nat(3000) }),
  { minLength: 1, maxLength: 5 },
)

/** The bounds of the tiers as the API spells them. Where `touches` says so, a range begins where the one before it ends. */
export function boundsOf(list: readonly Tier[], touches: (index: number) => boolean) {
  let end = 0
  return list.map(({ size }, index) => {
    const from_value = index === 0 ? 0 : touches(index) ? end : end + 1
    end += size
    return { from_value, to_value: index === list.length - 1 ? null : end }
  })
}

/** Says, found by counting, in which tier the tenth of a unit lies that comes after so many. */
function tierByTenth(list: readonly Tier[]): (tenths: number) => Tier {
  const ladder = list.slice(0, -1).flatMap((tier) => Array.from({ length: tier.size * 10 }, () => tier))
  const last = list.at(-1)
  if (last === undefined) throw new Error('no tiers')
  return (tenths) => ladder[tenths] ?? last
}

/** Prices tenths of a unit one by one: the result is in thousandths, and so are the flat amounts of the tiers met. */
export function tenthByTenth(list: readonly Tier[], tenths: number): number {
  const tierAt = tierByTenth(list)
  const met = new Set([tierAt(0)])
  let amount = 0
  for (let done = 0; done < tenths; done++) {
    const tier = tierAt(done)
    met.add(tier)
    amount += tier.price
  }
  for (const tier of met) amount += tier.flat * 10
  return amount
}

/** The tier that holds the last tenth prices all of them; in thousandths. */
export function byLastTenth(list: readonly Tier[], tenths: number): number {
  const tier = tierByTenth(list)(Math.max(0, tenths - 1))
  return tenths * tier.price + tier.flat * 10
}
