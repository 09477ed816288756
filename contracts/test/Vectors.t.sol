// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Params} from "../src/Params.sol";
import {Settlement} from "../src/Settlement.sol";
import {PayerRow, Statement, StatementLib} from "../src/Statement.sol";
import {ProofStep, SumTree} from "../src/SumTree.sol";
import {Network} from "./Network.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {assertEq, assertTrue, vm} from "./Vm.sol";

/// @notice What TypeScript must reproduce bit for bit: contracts/vectors/settlement.json. With WRITE_VECTORS=true the
/// file is written, otherwise it must be what these contracts compute.
contract VectorsTest is Network {
    string private constant FILE = "contracts/vectors/settlement.json";
    address private constant FIXED = address(0x5e5E5e5e5E5e5E5E5e5E5E5e5e5E5E5E5e5E5E5e);

    function setUp() external {
        deploy();
        vm.chainId(31_337);
        // The domain depends on the address: the code is copied to one that never changes.
        vm.etch(FIXED, address(settlement).code);
    }

    function test_vectors() external {
        string memory text = string.concat(
            string.concat("{\n", domain(), params(), lists()), string.concat(statementPart(), treePart(), "\n}\n")
        );
        if (vm.envOr("WRITE_VECTORS", false)) vm.writeFile(FILE, text);
        assertTrue(keccak256(bytes(vm.readFile(FILE))) == keccak256(bytes(text)), "run npm run contracts");
    }

    // ------------------------------------------------------------------------------------------------ parts

    function domain() private view returns (string memory) {
        return string.concat(
            '  "domain": { "chainId": 31337, "verifyingContract": ',
            quoted(vm.toString(FIXED)),
            " },\n",
            line("domainSeparator", quoted(vm.toString(Settlement(FIXED).domainSeparator())))
        );
    }

    function params() private view returns (string memory) {
        Params memory p = defaultParams();
        string memory weights = string.concat(
            string.concat("[", number(p.weightBps[0]), ", ", number(p.weightBps[1])),
            string.concat(", ", number(p.weightBps[2]), ", ")
        );
        weights = string.concat(weights, number(p.weightBps[3]), "]");
        string memory fields = string.concat(
            string.concat(
                field("deviceBps", p.deviceBps),
                field("poolBps", p.poolBps),
                field("verificationBps", p.verificationBps),
                field("burnBps", p.burnBps)
            ),
            string.concat(field("lambdaPerBillion", p.lambdaPerBillion), field("stipendPerEpoch", p.stipendPerEpoch))
        );
        return string.concat(
            string.concat('  "params": {\n', fields, '    "weightBps": ', weights),
            string.concat("\n  },\n", line("paramsHash", quoted(vm.toString(settlement.paramsHash()))))
        );
    }

    function lists() private pure returns (string memory) {
        (PayerRow[] memory rows, uint256[4] memory allotted, bytes32[] memory heads) = fixedLists();
        return string.concat(
            string.concat(
                '  "payerRows": [\n    { "payer": ',
                quoted(vm.toString(rows[0].payer)),
                ', "amount": ',
                number(rows[0].amount)
            ),
            string.concat(
                ' },\n    { "payer": ', quoted(vm.toString(rows[1].payer)), ', "amount": ', number(rows[1].amount)
            ),
            string.concat(
                " }\n  ],\n",
                line("payerRowsHash", quoted(vm.toString(keccak256(abi.encode(rows))))),
                allottedPart(allotted),
                '  "bundleHeads": ['
            ),
            string.concat(quoted(vm.toString(heads[0])), ", ", quoted(vm.toString(heads[1])), "],\n"),
            line("bundleHeadsHash", quoted(vm.toString(keccak256(abi.encode(heads)))))
        );
    }

    function allottedPart(uint256[4] memory allotted) private pure returns (string memory) {
        return string.concat(
            '  "allottedByKind": [',
            string.concat(number(allotted[0]), ", ", number(allotted[1]), ", "),
            string.concat(number(allotted[2]), ", ", number(allotted[3]), "],\n"),
            line("allottedByKindHash", quoted(vm.toString(keccak256(abi.encode(allotted)))))
        );
    }

    function statementPart() private view returns (string memory) {
        Statement memory s = fixedStatement();
        string memory first = string.concat(
            string.concat(
                field("epoch", s.epoch),
                field("previous", s.previous),
                field("paramsHash", s.paramsHash),
                field("registryBlock", s.registryBlock)
            ),
            string.concat(
                field("bundleHeadsHash", s.bundleHeadsHash),
                field("payerRowsHash", s.payerRowsHash),
                field("dollarsIn", s.dollarsIn),
                field("devicesDollars", s.devicesDollars)
            )
        );
        string memory second = string.concat(
            string.concat(
                field("verificationDollars", s.verificationDollars),
                field("auctionDollars", s.auctionDollars),
                field("allottedByKindHash", s.allottedByKindHash),
                field("wayAllotted", s.wayAllotted)
            ),
            string.concat(
                field("wayVested", s.wayVested),
                field("stipendWay", s.stipendWay),
                field("reserveAfter", s.reserveAfter),
                field("vouchersRoot", s.vouchersRoot)
            )
        );
        string memory third = string.concat(
            string.concat(
                field("verdictsRoot", s.verdictsRoot),
                field("devicesRoot", s.devicesRoot),
                field("localitiesRoot", s.localitiesRoot),
                field("payoutsRoot", s.payoutsRoot)
            ),
            string.concat(
                field("payoutsSum", s.payoutsSum),
                field("stateRoot", s.stateRoot),
                '    "stateSum": ',
                number(s.stateSum)
            )
        );
        return string.concat(
            string.concat(
                '  "statement": {\n',
                string.concat(first, second, third),
                "\n  },\n",
                line("statementTypeHash", quoted(vm.toString(StatementLib.TYPEHASH)))
            ),
            string.concat(
                line("statementHash", quoted(vm.toString(this.structHash(s)))),
                line("statementDigest", quoted(vm.toString(Settlement(FIXED).statementDigest(s))))
            )
        );
    }

    function treePart() private view returns (string memory text) {
        Payout[] memory rows = fixedPayouts();
        (bytes32 rootHash, uint256 rootSum) = PayoutTree.root(rows);
        text = string.concat(
            line("nodeOfTwoPaddings", quoted(vm.toString(SumTree.node(0, 0, 0, 0)))),
            line("payoutsRoot", quoted(vm.toString(rootHash))),
            line("payoutsSum", number(rootSum)),
            '  "payouts": [\n'
        );
        for (uint256 i = 0; i < rows.length; ++i) {
            text = string.concat(text, payoutPart(rows, i, rootHash, rootSum), i + 1 < rows.length ? ",\n" : "\n  ]");
        }
    }

    function payoutPart(Payout[] memory rows, uint256 i, bytes32 rootHash, uint256 rootSum)
        private
        view
        returns (string memory)
    {
        Payout memory row = rows[i];
        bytes32 leaf = SumTree.payoutLeaf(row.account, row.dollars, row.way);
        uint256 sum = SumTree.pack(row.dollars, row.way);
        ProofStep[] memory proof = PayoutTree.proof(rows, i);
        (bytes32 hash, uint256 total) = this.rootFrom(leaf, sum, i, proof);
        assertEq(hash, rootHash, "root");
        assertEq(total, rootSum, "sum");
        string memory head = string.concat(
            string.concat(
                "    {\n  ",
                field("account", bytes32(0), quoted(vm.toString(row.account))),
                "  ",
                field("dollars", row.dollars)
            ),
            string.concat("  ", field("way", row.way), "  ", field("index", i))
        );
        return string.concat(
            string.concat(head, "  ", field("leafHash", leaf), "  "),
            string.concat(field("leafSum", sum), '      "proof": [', proofPart(proof), "]\n    }")
        );
    }

    function proofPart(ProofStep[] memory proof) private pure returns (string memory text) {
        for (uint256 i = 0; i < proof.length; ++i) {
            text = string.concat(
                string.concat(
                    text, i == 0 ? "\n        { " : ",\n        { ", '"hash": ', quoted(vm.toString(proof[i].hash))
                ),
                string.concat(', "sum": ', number(proof[i].sum), " }")
            );
        }
    }

    // ------------------------------------------------------------------------------------------------ fixed values

    function fixedLists()
        private
        pure
        returns (PayerRow[] memory rows, uint256[4] memory allotted, bytes32[] memory heads)
    {
        rows = new PayerRow[](2);
        rows[0] = PayerRow(address(0x1111), 60_000_000);
        rows[1] = PayerRow(address(0x2222), 40_000_001);
        allotted = [uint256(1e18), 2e18, 0, 3e18 + 7];
        heads = new bytes32[](2);
        heads[0] = bytes32(uint256(0xaa));
        heads[1] = keccak256("bundle");
    }

    function fixedStatement() private view returns (Statement memory s) {
        (PayerRow[] memory rows, uint256[4] memory allotted, bytes32[] memory heads) = fixedLists();
        (s.payoutsRoot, s.payoutsSum) = PayoutTree.root(fixedPayouts());
        s.epoch = 7;
        s.previous = keccak256("previous");
        s.paramsHash = settlement.paramsHash();
        s.registryBlock = 1234;
        s.bundleHeadsHash = keccak256(abi.encode(heads));
        s.payerRowsHash = keccak256(abi.encode(rows));
        s.dollarsIn = 100_000_001;
        s.devicesDollars = 92_000_000;
        s.verificationDollars = 2_000_000;
        s.auctionDollars = 6_000_001;
        s.allottedByKindHash = keccak256(abi.encode(allotted));
        s.wayAllotted = 6e18 + 7;
        s.wayVested = 5e17;
        s.stipendWay = 1e18;
        s.reserveAfter = 499_999_000e18 + 1;
        s.vouchersRoot = keccak256("vouchers");
        s.verdictsRoot = keccak256("verdicts");
        s.devicesRoot = keccak256("devices");
        s.localitiesRoot = keccak256("localities");
        s.stateRoot = keccak256("state");
        s.stateSum = type(uint256).max - 1;
    }

    /// @dev Five rows: padded to eight.
    function fixedPayouts() private pure returns (Payout[] memory rows) {
        rows = new Payout[](5);
        rows[0] = Payout(address(0x1001), 1, 0);
        rows[1] = Payout(address(0x1002), 0, 1);
        rows[2] = Payout(address(0x1003), 12_345_678, 1e18);
        rows[3] = Payout(address(uint160(uint256(keccak256("somebody")))), 999_999_999_999, 123e18 + 45);
        rows[4] = Payout(address(type(uint160).max), 1 << 100, 1 << 100);
    }

    function structHash(Statement calldata s) external pure returns (bytes32) {
        return StatementLib.structHash(s);
    }

    function rootFrom(bytes32 leaf, uint256 sum, uint256 index, ProofStep[] calldata proof)
        external
        pure
        returns (bytes32, uint256)
    {
        return SumTree.rootFrom(leaf, sum, index, proof);
    }

    // ------------------------------------------------------------------------------------------------ JSON

    function quoted(string memory text) private pure returns (string memory) {
        return string.concat('"', text, '"');
    }

    /// @dev Integers are decimal strings: JSON numbers are floats.
    function number(uint256 value) private pure returns (string memory) {
        return quoted(vm.toString(value));
    }

    function line(string memory name, string memory value) private pure returns (string memory) {
        return string.concat('  "', name, '": ', value, ",\n");
    }

    function field(string memory name, uint256 value) private pure returns (string memory) {
        return string.concat("  ", line(name, number(value)));
    }

    function field(string memory name, bytes32 value) private pure returns (string memory) {
        return string.concat("  ", line(name, quoted(vm.toString(value))));
    }

    function field(string memory name, bytes32, string memory value) private pure returns (string memory) {
        return string.concat("  ", line(name, value));
    }
}
