// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Claim} from "../src/Payouts.sol";
import {PayerRow} from "../src/Statement.sol";
import {Draft, Network} from "./Network.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {Vm, assertTrue, vm} from "./Vm.sol";

/// @notice Execution gas, written to contracts/snapshots/gas.json: every call is a transaction of its own (isolate), so
/// accounts and slots are cold and storage is priced as on a chain; the 21,000 of a transaction and its calldata are
/// taken off.
/// forge-config: default.isolate = true
contract GasTest is Network {
    uint256 private constant LEAVES = 4_096;
    uint256 private constant BATCH = 64;
    address private constant PAYER = address(0x9a7e4);

    function setUp() external {
        deploy();
    }

    /// @dev Intrinsic cost of a transaction: 21,000, and 4 or 16 for each byte of calldata (EIP-2028).
    function measure(string memory name, address target, bytes memory data) private {
        (bool ok,) = target.call(data);
        Vm.Gas memory used = vm.lastCallGas();
        assertTrue(ok, name);
        uint256 intrinsic = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            intrinsic += data[i] == 0 ? 4 : 16;
        }
        vm.snapshotValue("gas", name, used.gasTotalUsed - intrinsic);
    }

    /// @dev `round` scales what everyone has: 1, then 2.
    function payouts(uint256 round, bool withWay) private pure returns (Payout[] memory rows) {
        rows = new Payout[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) {
            rows[i] =
                Payout(address(uint160(0x10000 + i)), uint128(round * (1e6 + i)), uint128(withWay ? round * 1e18 : 0));
        }
    }

    function claimOne(string memory name, Payout[] memory rows, PayoutTree.Node[][] memory levels, uint256 i) private {
        Payout memory row = rows[i];
        bytes memory data =
            abi.encodeCall(settlement.claim, (row.account, row.dollars, row.way, i, PayoutTree.proofIn(levels, i)));
        measure(name, address(settlement), data);
    }

    function claimMany(string memory name, Payout[] memory rows, PayoutTree.Node[][] memory levels) private {
        Claim[] memory claims = new Claim[](BATCH);
        for (uint256 j = 0; j < BATCH; ++j) {
            Payout memory row = rows[j];
            claims[j] = Claim(row.account, row.dollars, row.way, j, PayoutTree.proofIn(levels, j));
        }
        measure(name, address(settlement), abi.encodeCall(settlement.claimBatch, (claims)));
    }

    function test_claims_of_dollars() external {
        claimsCase(false, "dollars");
    }

    function test_claims_of_dollars_and_way() external {
        claimsCase(true, "dollars and WAY");
    }

    /// @dev The batch goes first: the network's very first claim also writes the total for the first time.
    function claimsCase(bool withWay, string memory what) private {
        Payout[] memory rows = payouts(1, withWay);
        PayoutTree.Node[][] memory levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimMany(string.concat("claimBatch 64 first, ", what), rows, levels);
        claimOne(string.concat("claim first, ", what), rows, levels, 2_049);

        rows = payouts(2, withWay);
        levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimMany(string.concat("claimBatch 64 later, ", what), rows, levels);
        claimOne(string.concat("claim later, ", what), rows, levels, 2_049);
    }

    /// @notice What an owner of 64 accounts pays when its leaves are neighbours.
    function test_claims_of_one_owner() external {
        Payout[] memory rows = payouts(1, true);
        for (uint256 i = 0; i < BATCH; ++i) {
            vm.prank(rows[i].account);
            registry.setPayout(address(0xca54));
        }
        PayoutTree.Node[][] memory levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimMany("claimBatch 64 first, one payout address, dollars and WAY", rows, levels);
        rows = payouts(2, true);
        levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimMany("claimBatch 64 later, one payout address, dollars and WAY", rows, levels);
    }

    function test_statements() external {
        statementCase(1);
        statementCase(10);
        statementCase(100);
    }

    /// @dev The fourth statement is measured: none of its slots is written for the first time.
    function statementCase(uint256 count) private {
        PayerRow[] memory rows = new PayerRow[](count);
        for (uint256 i = 0; i < count; ++i) {
            rows[i] = PayerRow(address(uint160(0x20000 + i)), 10 * DOLLAR);
            fund(rows[i].payer, 100 * DOLLAR);
        }
        for (uint256 round = 0; round < 4; ++round) {
            passEpoch();
            Draft memory d = draftFor(PAYER, count * 10 * DOLLAR);
            d.rows = rows;
            d.allotted[1] = 10e18;
            d.s.wayVested = 1e18;
            complete(d);
            bytes memory data = abi.encodeCall(
                settlement.postStatement, (d.s, d.rows, d.allotted, d.heads, signedBy(d.s, firstKeys(3)))
            );
            measure(
                string.concat("postStatement, 3 signatures, payer rows: ", vm.toString(count)),
                address(settlement),
                data
            );
            passWindow();
            measure("finalize", address(settlement), abi.encodeCall(settlement.finalize, ()));
        }
    }

    function test_epochs() external {
        measure("openEpoch", address(settlement), abi.encodeCall(settlement.openEpoch, (0)));
        vm.roll(block.number + K + 1);
        vm.setBlockhash(block.number - 1, keccak256("block"));
        measure("recordSeed", address(settlement), abi.encodeCall(settlement.recordSeed, (0)));
        vm.prank(vm.addr(verifierKeys[0]));
        measure("commitReveal", address(settlement), abi.encodeCall(settlement.commitReveal, (1, keccak256("head"))));
    }

    function test_registration() external {
        (, bytes memory data) = registerDeviceCall(0xd0d0, address(0));
        measure("registerDevice, owner unknown", address(registry), data);
        (, data) = registerDeviceCall(0xd1d1, address(0x77));
        measure("registerDevice, owner known", address(registry), data);
        measure("claimOwner", address(registry), claimOwnerCall(0xd0d0, 0x0123));
    }

    function test_escrow_and_auction() external {
        dollar.mint(address(this), 100 * DOLLAR);
        dollar.approve(address(escrow), type(uint256).max);
        bytes memory data = abi.encodeCall(escrow.deposit, (PAYER, 10 * DOLLAR));
        measure("deposit first", address(escrow), data);
        measure("deposit later", address(escrow), data);
        dollar.mint(address(auction), 10 * DOLLAR);
        vm.prank(TREASURY);
        way.transfer(address(this), 1_000e18);
        way.approve(address(auction), type(uint256).max);
        measure("buy", address(auction), abi.encodeCall(auction.buy, (DOLLAR, type(uint256).max)));
    }
}
