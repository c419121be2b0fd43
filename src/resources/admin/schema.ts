import { dateTime } from '../../http/fields.js'
import { createOrganization } from '../organizations/schema.js'

/** `test_clock` makes the organization a sandbox, whose now is that moment until it is moved. */
export const provisionOrganization = createOrganization.extend({ test_clock: dateTime().nullish() })
