import type { ChargeModelName } from '../catalog.js'
import type { ChargeModel } from './charge_model.js'
import { dynamic } from './models/dynamic.js'
import { graduated } from './models/graduated.js'
import { graduatedPercentage } from './models/graduated_percentage.js'
import { packageModel } from './models/package.js'
import { percentage } from './models/percentage.js'
import { standard } from './models/standard.js'
import { volume } from './models/volume.js'

/** Every charge model, by its name in the API. */
export const CHARGE_MODEL_REGISTRY = {
  standard,
  graduated,
  graduated_percentage: graduatedPercentage,
  package: packageModel,
  percentage,
  volume,
  dynamic,
} as const satisfies Record<ChargeModelName, ChargeModel>

export const chargeModelOf = (name: ChargeModelName): ChargeModel => CHARGE_MODEL_REGISTRY[name]
