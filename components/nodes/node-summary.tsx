"use client";
import Link from "next/link";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { tellBelief } from "@/lib/cluster/belief";
import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { countSlots, formatRanges } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatCount, formatMs } from "@/lib/format";
import { Fact, Facts } from "./facts";
import { NodeFigures } from "./node-figures";
import type { NodeRow } from "./node-rows";

type NodeSummaryProps = { readonly row: NodeRow; readonly topology: Topology };

export function NodeSummary({ row, topology }: NodeSummaryProps) {
  const words = useWords().nodes.page;
  const { member, shard } = row;
  if (!member) return null;
  return (
    <div className="flex flex-col gap-3">
      <NodeFigures node={member} clusterId={topology.clusterId} />
      <div className="grid gap-3 lg:grid-cols-2">
        <Panel title={words.facts}>
          <Identity node={member} />
        </Panel>
        <Panel title={words.role}>
          <Facts>
            <Fact name={words.slots}>
              <span className="num">{formatCount(countSlots(member.ranges))}</span>
              {member.ranges.length > 0 && (
                <span className="ml-2 font-mono text-11 text-ink2">{formatRanges(member.ranges.slice(0, 24))}</span>
              )}
            </Fact>
            {member.primaryId && (
              <Fact name={words.follows}>
                <NodeLink id={member.primaryId} topology={topology} />
              </Fact>
            )}
            {member.role === "primary" && (
              <Fact name={words.followedBy}>
                {shard && shard.replicaIds.length > 0 ? (
                  <span className="flex flex-col">
                    {shard.replicaIds.map((id) => (
                      <NodeLink key={id} id={id} topology={topology} />
                    ))}
                  </span>
                ) : (
                  <span className="text-warn">{words.nobody}</span>
                )}
              </Fact>
            )}
            <Replication node={member} />
            <Fact name={words.epoch}>
              <span className="num">{formatCount(member.configEpoch)}</span>
            </Fact>
            <Health node={member} />
            <Agreement node={member} topology={topology} />
          </Facts>
        </Panel>
      </div>
    </div>
  );
}

function Identity({ node }: { readonly node: TopologyNode }) {
  const words = useWords();
  const mine = words.nodes.page;
  const labels = Object.entries(node.labels).filter(([, value]) => value);
  const announced = formatEndpoint(node.endpoint);
  const dial = formatEndpoint(node.dial);
  return (
    <Facts>
      <Fact name={mine.id}>
        <span className="font-mono text-11">{node.id}</span>
      </Fact>
      <Fact name={mine.address}>
        <span className="font-mono text-12">{announced}</span>
      </Fact>
      {dial !== announced && (
        <Fact name={mine.dial}>
          <span className="font-mono text-12">{dial}</span>
        </Fact>
      )}
      {node.hostname && <Fact name={mine.hostname}>{node.hostname}</Fact>}
      <Fact name={mine.bus}>
        <span className="font-mono text-12">{node.busPort}</span>
      </Fact>
      <Fact name={mine.labels}>
        {labels.length === 0 ? (
          <span className="text-ink3">{mine.noLabels}</span>
        ) : (
          labels.map(([name, value]) => (
            <span key={name} className="mr-3">
              <span className="text-ink3">{name}</span> {value}
            </span>
          ))
        )}
      </Fact>
      {node.stats && (
        <>
          <Fact name={mine.engine}>
            {words.shell.engines[node.stats.engine]} {node.stats.version}
          </Fact>
          <Fact name={mine.uptime}>
            <span className={cx("num", node.answer.kind === "silent" && "silent")}>
              {formatAge(node.stats.uptimeSec * 1000)}
            </span>
          </Fact>
        </>
      )}
      {node.answer.kind === "answered" ? (
        <Fact name={mine.rtt}>
          <span className="num">{formatMs(node.answer.rttMs)}</span>
        </Fact>
      ) : (
        <Fact name={mine.lastError}>
          <span className="text-bad">{node.answer.message}</span>
        </Fact>
      )}
    </Facts>
  );
}

function Replication({ node }: { readonly node: TopologyNode }) {
  const words = useWords().nodes.page;
  if (!node.stats) return null;
  return (
    <>
      {node.stats.replLinkUp !== undefined && (
        <Fact name={words.link}>
          <span className={node.stats.replLinkUp ? "text-ink" : "text-warn"}>
            {node.stats.replLinkUp ? words.linkUp : words.linkDown}
          </span>
        </Fact>
      )}
      <Fact name={words.offset}>
        <span className="num">{formatCount(node.stats.replOffset)}</span>
      </Fact>
    </>
  );
}

function Health({ node }: { readonly node: TopologyNode }) {
  const words = useWords().nodes;
  return (
    <Fact name={words.page.health}>
      {node.health === "ok" ? (
        <span className="text-ink2">{words.page.healthy}</span>
      ) : (
        <span className={node.health === "fail" ? "text-bad" : "text-warn"}>
          {node.health === "fail" ? words.state.fail : words.state.pfail(node.reporters.length)}
          {node.health === "fail" && `, ${words.page.reporters(node.reporters.length)}`}
        </span>
      )}
    </Fact>
  );
}

function Agreement({ node, topology }: { readonly node: TopologyNode; readonly topology: Topology }) {
  const { nodes, topology: topologyWords } = useWords();
  const words = nodes.page;
  if (!node.view) return null;
  return (
    <Fact name={words.agreement}>
      {node.view.agrees ? (
        <span className="text-ink2">{words.agrees}</span>
      ) : (
        <>
          <span className="text-warn">{words.differs(node.view.differs.length)}</span>
          <ul className="mt-1 text-12 text-ink2">
            {node.view.differs.slice(0, 6).map((point) => (
              <li key={`${point.about}${point.nodeId}${point.believes}`}>
                {tellBelief(point, topology.nodes, topologyWords.beliefs)}
              </li>
            ))}
          </ul>
        </>
      )}
    </Fact>
  );
}

export function NodeLink({ id, topology }: { readonly id: NodeId; readonly topology: Topology }) {
  const node = topology.nodes.find((one) => one.id === id);
  return (
    <Link
      href={`/clusters/${topology.clusterId}/nodes/${id}`}
      className="font-mono text-12 underline decoration-line3 underline-offset-2 hover:decoration-ink"
    >
      {node ? formatEndpoint(node.endpoint) : id.slice(0, 12)}
    </Link>
  );
}
