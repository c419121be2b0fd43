import { describe, expect, it } from 'vitest'
import { memoise } from '../../../src/core/time/memoise.js'

describe('memoise', () => {
  it('computes a result once and gives each key its own', () => {
    const computed: number[] = []
    const square = memoise(
      10,
      (n: number) => `${n}`,
      (n: number) => {
        computed.push(n)
        return n * n
      },
    )
    expect([square(2), square(3), square(2)]).toEqual([4, 9, 4])
    expect(computed).toEqual([2, 3])
  })

  it('holds no more than its size: a full one forgets', () => {
    const computed: number[] = []
    const same = memoise(
      2,
      (n: number) => `${n}`,
      (n: number) => {
        computed.push(n)
        return n
      },
    )
    for (const n of [1, 2, 3, 1, 3]) expect(same(n)).toBe(n)
    expect(computed).toEqual([1, 2, 3, 1])
  })
})
