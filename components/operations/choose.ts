import type { ComponentType } from "react";
import type { Verb } from "@/lib/plans/plan";
import { AddNodeWizard } from "./add-node-wizard";
import { BackupWizard } from "./backup-wizard";
import { AddSlotsWizard, ForgetWizard, MeetWizard, SlotsWizard } from "./by-hand-wizards";
import { CallWizard } from "./call-wizard";
import type { ChooseProps } from "./choose-props";
import { ConfigWizard } from "./config-wizard";
import { CreateWizard } from "./create-wizard";
import { DrainWizard } from "./drain-wizard";
import { DrillWizard } from "./drill-wizard";
import { FailoverWizard } from "./failover-wizard";
import { FixWizard } from "./fix-wizard";
import { ImportWizard } from "./import-wizard";
import { MaintenanceWizard } from "./maintenance-wizard";
import { RebalanceWizard } from "./rebalance-wizard";
import { RemoveNodeWizard } from "./remove-node-wizard";
import { ReplicateWizard } from "./replicate-wizard";
import { ReshardWizard } from "./reshard-wizard";
import { RestoreWizard } from "./restore-wizard";
import { RollingConfigWizard } from "./rolling-config-wizard";
import { RollingRestartWizard } from "./rolling-restart-wizard";
import { RollingUpgradeWizard } from "./rolling-upgrade-wizard";
import { ScaleInWizard } from "./scale-in-wizard";
import { ScaleOutWizard } from "./scale-out-wizard";
import { SetTimeoutWizard } from "./set-timeout-wizard";
import { DecommissionWizard, StartClusterWizard, StopClusterWizard } from "./whole-cluster-wizards";

const wizards: Readonly<Record<Verb, ComponentType<ChooseProps>>> = {
  create: CreateWizard,
  reshard: ReshardWizard,
  rebalance: RebalanceWizard,
  "add-node": AddNodeWizard,
  "remove-node": RemoveNodeWizard,
  "scale-out": ScaleOutWizard,
  "scale-in": ScaleInWizard,
  drain: DrainWizard,
  failover: FailoverWizard,
  replicate: ReplicateWizard,
  fix: FixWizard,
  config: ConfigWizard,
  "set-timeout": SetTimeoutWizard,
  call: CallWizard,
  meet: MeetWizard,
  forget: ForgetWizard,
  "add-slots": AddSlotsWizard,
  "del-slots": SlotsWizard,
  "set-slot-stable": SlotsWizard,
  backup: BackupWizard,
  restore: RestoreWizard,
  "rolling-restart": RollingRestartWizard,
  "rolling-config": RollingConfigWizard,
  "rolling-upgrade": RollingUpgradeWizard,
  maintenance: MaintenanceWizard,
  drill: DrillWizard,
  decommission: DecommissionWizard,
  "stop-cluster": StopClusterWizard,
  "start-cluster": StartClusterWizard,
  import: ImportWizard,
};

/** The first step of each verb; the other five are the same for all. */
export const chooseOf = (verb: Verb): ComponentType<ChooseProps> => wizards[verb];
