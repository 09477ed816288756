// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Epochs} from "../src/Epochs.sol";
import {Network} from "./Network.sol";
import {assertEq, vm} from "./Vm.sol";

/// @notice When epochs open, their seeds, and the reveals committed before.
contract EpochsTest is Network {
    address private constant PAYER = address(0x9a7e4);

    function setUp() external {
        deploy();
        fund(PAYER, 1_000 * DOLLAR);
    }

    function test_an_epoch_is_opened_once_and_in_its_time() external {
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochNotCurrent.selector, 1, 0));
        settlement.openEpoch(1);
        settlement.openEpoch(0);
        assertEq(settlement.seedBlock(0), block.number + K, "seed block");
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochAlreadyOpened.selector, 0));
        settlement.openEpoch(0);
        vm.warp(GENESIS + 5 * EPOCH);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochNotCurrent.selector, 1, 5));
        settlement.openEpoch(1);
        settlement.openEpoch(5);
        vm.warp(GENESIS - 1);
        vm.expectRevert(abi.encodeWithSelector(Epochs.NotStarted.selector, GENESIS));
        settlement.openEpoch(0);
    }

    function test_the_seed_is_the_hash_of_its_block_also_beyond_256_blocks() external {
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochNotOpened.selector, 0));
        settlement.recordSeed(0);
        settlement.openEpoch(0);
        uint256 at = settlement.seedBlock(0);
        vm.roll(at);
        vm.expectRevert(abi.encodeWithSelector(Epochs.SeedBlockNotMined.selector, at));
        settlement.recordSeed(0);
        // EIP-2935: the history contract answers for 8191 blocks.
        address history = 0x0000F90827F1C53a10cb7A02335B175320002935;
        vm.roll(at + 300);
        vm.etch(history, hex"5f5ff3"); // returns nothing: out of its window
        vm.expectRevert(abi.encodeWithSelector(Epochs.SeedOutOfWindow.selector, 0, at));
        settlement.recordSeed(0);
        vm.etch(history, hex"5f355f5260205ff3"); // answers its question: the number itself
        settlement.recordSeed(0);
        assertEq(settlement.seed(0), bytes32(at), "asked for the seed's block");
        vm.expectRevert(abi.encodeWithSelector(Epochs.SeedAlreadyRecorded.selector, 0));
        settlement.recordSeed(0);
    }

    function test_reveals_are_committed_before_the_opening_by_verifiers() external {
        address verifier = vm.addr(verifierKeys[0]);
        vm.expectRevert(abi.encodeWithSelector(Epochs.NotActiveVerifier.selector, address(this)));
        settlement.commitReveal(0, "head");
        vm.prank(verifier);
        settlement.commitReveal(0, "head");
        vm.prank(verifier);
        settlement.commitReveal(0, "head 2");
        assertEq(settlement.revealHead(0, verifier), "head 2", "the last one counts");
        settlement.openEpoch(0);
        vm.prank(verifier);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochAlreadyOpened.selector, 0));
        settlement.commitReveal(0, "head 3");
    }
}
