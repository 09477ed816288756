// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Claim} from "../src/Settlement.sol";
import {PayerRow} from "../src/Statement.sol";
import {ProofStep} from "../src/SumTree.sol";
import {Draft, Network} from "./Network.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {vm} from "./Vm.sol";

/// @notice Execution gas with every account and slot cold, written to contracts/snapshots/gas.json. A transaction costs
/// 21,000 and its calldata on top.
contract GasTest is Network {
    uint256 private constant LEAVES = 4_096;
    uint256 private constant BATCH = 64;
    address private constant PAYER = address(0x9a7e4);

    function setUp() external {
        deploy();
    }

    function chill() private {
        vm.cool(address(settlement));
        vm.cool(address(registry));
        vm.cool(address(escrow));
        vm.cool(address(dollar));
        vm.cool(address(way));
        vm.cool(address(auction));
    }

    function snapshot(string memory name) private {
        vm.snapshotGasLastCall("gas", name);
    }

    /// @dev `round` scales what everyone has: 1, then 2.
    function payouts(uint256 round, bool withWay) private pure returns (Payout[] memory rows) {
        rows = new Payout[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) {
            rows[i] =
                Payout(address(uint160(0x10000 + i)), uint128(round * (1e6 + i)), uint128(withWay ? round * 1e18 : 0));
        }
    }

    function claimOne(Payout[] memory rows, uint256 i, ProofStep[] memory proof) private {
        chill();
        settlement.claim(rows[i].account, rows[i].dollars, rows[i].way, i, proof);
    }

    function claimsOf(Payout[] memory rows, PayoutTree.Node[][] memory levels, uint256 from)
        private
        pure
        returns (Claim[] memory claims)
    {
        claims = new Claim[](BATCH);
        for (uint256 j = 0; j < BATCH; ++j) {
            Payout memory row = rows[from + j];
            claims[j] = Claim(row.account, row.dollars, row.way, from + j, PayoutTree.proofIn(levels, from + j));
        }
    }

    function test_claims_of_dollars() external {
        claimsCase(false, "dollars");
    }

    function test_claims_of_dollars_and_way() external {
        claimsCase(true, "dollars and WAY");
    }

    function claimsCase(bool withWay, string memory what) private {
        Payout[] memory rows = payouts(1, withWay);
        PayoutTree.Node[][] memory levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimOne(rows, 2_049, PayoutTree.proofIn(levels, 2_049));
        snapshot(string.concat("claim first, ", what));
        Claim[] memory claims = claimsOf(rows, levels, 0);
        chill();
        settlement.claimBatch(claims);
        snapshot(string.concat("claimBatch 64 first, ", what));

        rows = payouts(2, withWay);
        levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        claimOne(rows, 2_049, PayoutTree.proofIn(levels, 2_049));
        snapshot(string.concat("claim later, ", what));
        claims = claimsOf(rows, levels, 0);
        chill();
        settlement.claimBatch(claims);
        snapshot(string.concat("claimBatch 64 later, ", what));
    }

    /// @notice What an owner of 64 devices pays when its leaves are neighbours.
    function test_claims_of_one_owner() external {
        Payout[] memory rows = payouts(1, true);
        for (uint256 i = 0; i < BATCH; ++i) {
            vm.prank(rows[i].account);
            registry.setPayout(address(0xca54));
        }
        PayoutTree.Node[][] memory levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        settlement.claimBatch(claimsOf(rows, levels, 0));
        rows = payouts(2, true);
        levels = PayoutTree.levelsOf(rows);
        settleTree(PAYER, rows);
        Claim[] memory claims = claimsOf(rows, levels, 0);
        chill();
        settlement.claimBatch(claims);
        snapshot("claimBatch 64 later, one payout address, dollars and WAY");
    }

    function test_statements() external {
        statementCase(1);
        statementCase(10);
        statementCase(100);
    }

    function statementCase(uint256 count) private {
        passEpoch();
        PayerRow[] memory rows = new PayerRow[](count);
        for (uint256 i = 0; i < count; ++i) {
            rows[i] = PayerRow(address(uint160(0x20000 + i)), 10 * DOLLAR);
            fund(rows[i].payer, 100 * DOLLAR);
        }
        // Twice before, so that no slot is written for the first time.
        for (uint256 round = 0; round < 3; ++round) {
            if (round != 0) passEpoch();
            Draft memory d = draftFor(PAYER, count * 10 * DOLLAR);
            d.rows = rows;
            d.allotted[1] = 10e18;
            d.s.wayVested = 1e18;
            complete(d);
            bytes[] memory signatures = signedBy(d.s, firstKeys(3));
            chill();
            settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signatures);
            if (round == 2) snapshot(string.concat("postStatement, 3 signatures, payer rows: ", vm.toString(count)));
            passWindow();
            chill();
            settlement.finalize();
            if (round == 2 && count == 1) snapshot("finalize");
        }
    }

    function test_epochs() external {
        chill();
        settlement.openEpoch(0);
        snapshot("openEpoch");
        vm.roll(block.number + K + 1);
        vm.setBlockhash(block.number - 1, keccak256("block"));
        chill();
        settlement.recordSeed(0);
        snapshot("recordSeed");
        vm.prank(vm.addr(verifierKeys[0]));
        chill();
        settlement.commitReveal(1, keccak256("head"));
        snapshot("commitReveal");
    }

    function test_registration() external {
        registerDevice(0xd0d0, address(0));
        snapshot("registerDevice, owner unknown");
        registerDevice(0xd1d1, address(0x77));
        snapshot("registerDevice, owner known");
        claimOwner(0xd0d0, 0x0123);
        snapshot("claimOwner");
    }

    function test_escrow_and_auction() external {
        dollar.mint(address(this), 100 * DOLLAR);
        dollar.approve(address(escrow), type(uint256).max);
        chill();
        escrow.deposit(PAYER, 10 * DOLLAR);
        snapshot("deposit first");
        chill();
        escrow.deposit(PAYER, 10 * DOLLAR);
        snapshot("deposit later");
        dollar.mint(address(auction), 10 * DOLLAR);
        vm.prank(TREASURY);
        way.transfer(address(this), 1_000e18);
        way.approve(address(auction), type(uint256).max);
        chill();
        auction.buy(DOLLAR, type(uint256).max);
        snapshot("buy");
    }
}
