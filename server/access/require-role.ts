import { type Actor, type Role, roleAllows } from "@/lib/wire/access";
import { refuse } from "@/server/refuse";

/** For whoever is about to act: the door has checked already, and this is checked beside the data. */
export function requireRole(actor: Actor, needs: Role): void {
  if (roleAllows(actor.role, needs)) return;
  throw refuse("forbidden", "roleTooLow", { name: actor.name, role: actor.role, needs });
}
