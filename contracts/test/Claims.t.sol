// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Claim, Payouts} from "../src/Payouts.sol";
import {Settlement} from "../src/Settlement.sol";
import {ProofStep, SumTree} from "../src/SumTree.sol";
import {Network} from "./Network.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {assertEq, bound, vm} from "./Vm.sol";

contract ClaimsTest is Network {
    address private constant PAYER = address(0x9a7e4);
    address private constant ALICE = address(0xa11ce);
    address private constant BOB = address(0xb0b);
    address private constant CAROL = address(0xca401);

    function setUp() external {
        deploy();
    }

    function tree(uint128 a, uint128 b, uint128 c) private pure returns (Payout[] memory rows) {
        rows = new Payout[](3);
        rows[0] = Payout(ALICE, a, a * 3);
        rows[1] = Payout(BOB, b, 0);
        rows[2] = Payout(CAROL, c, c);
    }

    function claimRow(Payout[] memory rows, uint256 i) private {
        settlement.claim(rows[i].account, rows[i].dollars, rows[i].way, i, PayoutTree.proof(rows, i));
    }

    function batch(Payout[] memory rows) private pure returns (Claim[] memory claims) {
        claims = new Claim[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            claims[i] = Claim(rows[i].account, rows[i].dollars, rows[i].way, i, PayoutTree.proof(rows, i));
        }
    }

    function test_a_claim_pays_dollars_and_way_once() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        claimRow(rows, 0);
        assertEq(dollar.balanceOf(ALICE), 50, "dollars");
        assertEq(way.balanceOf(ALICE), 150, "way");
        ProofStep[] memory proof = PayoutTree.proof(rows, 0);
        vm.expectRevert(abi.encodeWithSelector(Payouts.NothingToClaim.selector, ALICE));
        settlement.claim(ALICE, 50, 150, 0, proof);
    }

    function test_later_claims_pay_the_difference() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        claimRow(rows, 0);
        Payout[] memory more = tree(90, 30, 20);
        settleTree(PAYER, more);
        claimRow(more, 0);
        assertEq(dollar.balanceOf(ALICE), 90, "dollars");
        assertEq(way.balanceOf(ALICE), 270, "way");
        (uint256 dollars, uint256 wayAmount) = settlement.claimed(ALICE);
        assertEq(dollars, 90, "claimed");
        assertEq(wayAmount, 270, "claimed way");
    }

    function test_the_previous_root_still_pays_and_older_ones_do_not() external {
        Payout[] memory first = tree(50, 30, 20);
        Payout[] memory second = tree(51, 31, 21);
        Payout[] memory third = tree(52, 32, 22);
        settleTree(PAYER, first);
        settleTree(PAYER, second);
        claimRow(first, 1);
        assertEq(dollar.balanceOf(BOB), 30, "from the previous");
        settleTree(PAYER, third);
        ProofStep[] memory proof = PayoutTree.proof(first, 0);
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, ALICE));
        settlement.claim(ALICE, 50, 150, 0, proof);
        claimRow(second, 0);
        claimRow(third, 0);
        assertEq(dollar.balanceOf(ALICE), 52, "both");
    }

    function test_nothing_is_claimed_before_it_is_final() external {
        Payout[] memory rows = tree(50, 30, 20);
        ProofStep[] memory proof = PayoutTree.proof(rows, 0);
        vm.expectRevert(Payouts.NothingSettled.selector);
        settlement.claim(ALICE, 50, 150, 0, proof);
        settleTree(PAYER, rows);
        claimRow(rows, 0);
    }

    function test_a_wrong_amount_account_index_or_sum_is_refused() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        ProofStep[] memory proof = PayoutTree.proof(rows, 0);
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, ALICE));
        settlement.claim(ALICE, 51, 150, 0, proof);
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, BOB));
        settlement.claim(BOB, 50, 150, 0, proof);
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, ALICE));
        settlement.claim(ALICE, 50, 150, 1, proof);
        vm.expectRevert(abi.encodeWithSelector(SumTree.IndexOutsideTree.selector, 4, 2));
        settlement.claim(ALICE, 50, 150, 4, proof);
        proof[1].sum -= 1;
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, ALICE));
        settlement.claim(ALICE, 50, 150, 0, proof);
        ProofStep[] memory deep = new ProofStep[](33);
        vm.expectRevert(abi.encodeWithSelector(SumTree.ProofTooDeep.selector, 33));
        settlement.claim(ALICE, 50, 150, 0, deep);
    }

    function test_a_reordered_tree_is_another_tree() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        (rows[0], rows[1]) = (rows[1], rows[0]);
        ProofStep[] memory proof = PayoutTree.proof(rows, 1);
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, ALICE));
        settlement.claim(ALICE, 50, 150, 1, proof);
    }

    /// @notice A node is no leaf: its first word would have to be 1.
    function testFuzz_an_inner_node_does_not_pass_for_a_leaf(bytes32 hash, uint256 sum) external pure {
        vm.assume(uint256(hash) != 1);
        bytes32 leaf = SumTree.payoutLeaf(address(uint160(sum)), uint128(sum), uint128(sum));
        bytes32 node = SumTree.node(hash, uint160(sum), bytes32(uint256(uint128(sum))), uint128(sum));
        if (leaf == node) revert("collision");
    }

    function test_way_never_carries_into_dollars() external {
        // Two leaves whose WAY sums wrap around: added as plain words the carry would be one µ$ and no WAY.
        Payout[] memory rows = new Payout[](2);
        rows[0] = Payout(ALICE, 0, type(uint128).max);
        rows[1] = Payout(BOB, 94, 1);
        (, uint256 sum) = PayoutTree.root(rows);
        assertEq(sum, SumTree.pack(95, 0), "the tree pretends to pay 95 and no way");
        settleTree(PAYER, rows);
        ProofStep[] memory proof = PayoutTree.proof(rows, 0);
        vm.expectRevert(SumTree.SumOverflow.selector);
        settlement.claim(ALICE, 0, type(uint128).max, 0, proof);
    }

    /// @notice A quorum that signs trees which forget who was paid cannot pay out more than it settled.
    function test_all_claims_together_stay_within_what_was_settled() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        claimRow(rows, 0);
        Payout[] memory forgetful = tree(0, 81, 20);
        forgetful[1].way = 150;
        settleTree(PAYER, forgetful);
        ProofStep[] memory proof = PayoutTree.proof(forgetful, 1);
        vm.expectRevert(Payouts.ClaimsAboveSettled.selector);
        settlement.claim(BOB, 81, 150, 1, proof);
    }

    function test_a_batch_skips_what_is_claimed_and_what_has_no_owner() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        claimRow(rows, 1);
        settlement.claimBatch(batch(rows));
        assertEq(dollar.balanceOf(ALICE), 50, "alice");
        assertEq(dollar.balanceOf(BOB), 30, "bob, once");
        assertEq(dollar.balanceOf(CAROL), 20, "carol");
        settlement.claimBatch(batch(rows));
        (uint256 dollars, uint256 wayAmount) = settlement.claimedTotal();
        assertEq(dollars, 100, "total");
        assertEq(wayAmount, 170, "total way");
    }

    function test_pay_of_a_device_without_owner_waits_for_it() external {
        address device = registerDevice(0xd0d0, address(0));
        Payout[] memory rows = tree(50, 30, 20);
        rows[1].account = device;
        settleTree(PAYER, rows);
        ProofStep[] memory proof = PayoutTree.proof(rows, 1);
        vm.expectRevert(abi.encodeWithSelector(Payouts.NoRecipient.selector, device));
        settlement.claim(device, 30, 0, 1, proof);
        settlement.claimBatch(batch(rows));
        assertEq(dollar.balanceOf(address(settlement)), 30, "the others were paid");
        claimOwner(0xd0d0, 0x0123);
        settlement.claimBatch(batch(rows));
        assertEq(dollar.balanceOf(vm.addr(0x0123)), 30, "the owner is paid what waited");
    }

    function test_neighbours_with_one_payout_address_get_the_sum() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        vm.prank(ALICE);
        registry.setPayout(CAROL);
        vm.prank(BOB);
        registry.setPayout(CAROL);
        settlement.claimBatch(batch(rows));
        assertEq(dollar.balanceOf(CAROL), 100, "all");
        assertEq(way.balanceOf(CAROL), 170, "all way");
    }

    function test_a_bad_proof_fails_the_batch() external {
        Payout[] memory rows = tree(50, 30, 20);
        settleTree(PAYER, rows);
        Claim[] memory claims = batch(rows);
        claims[2].dollars += 1;
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutNotInRoot.selector, CAROL));
        settlement.claimBatch(claims);
    }

    function testFuzz_every_account_gets_its_row_whatever_the_order(uint256 seed, uint8 size) external {
        uint256 count = bound(size, 1, 9);
        Payout[] memory rows = new Payout[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            rows[i] = Payout(address(uint160(0x1000 + i)), uint128(r % 1e12), uint128((r >> 128) % 1e21));
        }
        settleTree(PAYER, rows);
        for (uint256 i = 0; i < count; ++i) {
            uint256 j = (i + seed % count) % count;
            if (rows[j].dollars != 0 || rows[j].way != 0) claimRow(rows, j);
            assertEq(dollar.balanceOf(rows[j].account), rows[j].dollars, "dollars");
            assertEq(way.balanceOf(rows[j].account), rows[j].way, "way");
        }
    }
}
