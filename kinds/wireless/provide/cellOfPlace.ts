import { assert } from "@wayleave/core/errors";
import { latLngToCell } from "h3-js";

/** Cells of about 300 m²: what coverage's distances are measured between. @see verify/coverageReasons.ts */
const PLACE_RESOLUTION = 12;

/**
 * The cell that an agent asserts its antenna stands in, as 15 hex digits.
 * @param latitudeDegrees - −90…90. @param longitudeDegrees - −180…180.
 */
export function cellOfPlace(latitudeDegrees: number, longitudeDegrees: number): string {
  assert(Math.abs(latitudeDegrees) <= 90 && Math.abs(longitudeDegrees) <= 180, "a place is on the earth");
  return latLngToCell(latitudeDegrees, longitudeDegrees, PLACE_RESOLUTION);
}
