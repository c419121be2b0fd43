import { withChanges } from '../../db/changes.js'
import { commit } from '../../db/commit.js'
import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { limitOf, meta, offsetOf, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { MAX_CUSTOM_SECTIONS } from '../../limits.js'
import { createCustomSection, updateCustomSection } from './schema.js'
import { serializeCustomSection } from './serialize.js'
import {
  countCustomSections,
  customSectionsQuery,
  findCustomSection,
  insertCustomSection,
  updateCustomSectionRow,
} from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'invoice_custom_section' } as const
const TAKEN = { kind: 'taken', field: 'code' } as const

export const customSectionRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const rows = await customSectionsQuery(c.var.db, c.var.organizationId)
    const shown = rows.slice(offsetOf(page), offsetOf(page) + limitOf(page))
    return c.json({
      invoice_custom_sections: shown.map(serializeCustomSection),
      meta: meta(page, rows.length),
    })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'invoice_custom_section')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createCustomSection, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { db, organizationId, now } = c.var
    if ((await countCustomSections(db, organizationId)) >= MAX_CUSTOM_SECTIONS) {
      return fail(c, { kind: 'invalid', details: { base: ['value_is_out_of_range'] } })
    }
    const { code, name, description = null, details = null, display_name: displayName = null } = input.value
    const life = { createdAt: now, updatedAt: now, deletedAt: null }
    const row = { id: c.var.newId(), organizationId, ...life, code, name, description, details, displayName }
    const outcome = await commit(db, [insertCustomSection(db, row)])
    return outcome.committed
      ? c.json({ invoice_custom_section: serializeCustomSection({ ...row, seq: 0 }) })
      : fail(c, TAKEN)
  })
  .get('/:code', async (c) => {
    const known = await findCustomSection(c.var.db, c.var.organizationId, c.req.param('code'))
    return known === undefined ? fail(c, NOT_FOUND) : c.json({ invoice_custom_section: serializeCustomSection(known) })
  })
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'invoice_custom_section')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const known = await findCustomSection(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateCustomSection, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { name, description, details, display_name: displayName } = input.value
    const changed = { ...withChanges(known, { name, description, details, displayName }), updatedAt: now }
    const { seq: _, id, ...columns } = changed
    await commit(db, [updateCustomSectionRow(db, organizationId, id, columns)])
    return c.json({ invoice_custom_section: serializeCustomSection(changed) })
  })
  .delete('/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const known = await findCustomSection(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    await commit(db, [updateCustomSectionRow(db, organizationId, known.id, { deletedAt: now, updatedAt: now })])
    return c.json({ invoice_custom_section: serializeCustomSection(known) })
  })
