import type { ChargeModelName } from '../catalog.js'
import type { ChargeModel } from './charge_model.js'
import { graduated } from './models/graduated.js'
import { graduatedPercentage } from './models/graduated_percentage.js'
import { packageModel } from './models/package.js'
import { percentage } from './models/percentage.js'
import { standard } from './models/standard.js'
import { volume } from './models/volume.js'

/** Every charge model that can be priced, by its name in the API. */
export const CHARGE_MODEL_REGISTRY: Readonly<Partial<Record<ChargeModelName, ChargeModel>>> = {
  standard,
  graduated,
  graduated_percentage: graduatedPercentage,
  package: packageModel,
  percentage,
  volume,
}

/** The model of that name; undefined when there is none, or none that can be priced. */
export function chargeModelOf(name: string): ChargeModel | undefined {
  const registry: Readonly<Record<string, ChargeModel>> = CHARGE_MODEL_REGISTRY
  return Object.hasOwn(registry, name) ? registry[name] : undefined
}
