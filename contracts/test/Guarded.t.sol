// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Guarded} from "../src/Guarded.sol";
import {Draft, Network} from "./Network.sol";
import {assertEq, vm} from "./Vm.sol";

/// @notice The guardian and its pauses.
contract GuardedTest is Network {
    address private constant PAYER = address(0x9a7e4);

    function setUp() external {
        deploy();
        fund(PAYER, 1_000 * DOLLAR);
    }

    function test_the_guardian_pauses_statements_only_and_not_for_ever() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        vm.expectRevert(abi.encodeWithSelector(Guarded.NotGuardian.selector, address(this)));
        settlement.pause(1);
        vm.startPrank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(Guarded.PauseTooLong.selector, 7 days + 1));
        settlement.pause(7 days + 1);
        settlement.pause(7 days);
        vm.stopPrank();
        postReverts(d, Guarded.StatementPaused.selector);
        vm.prank(PAYER);
        escrow.requestWithdrawal(1);
        vm.warp(block.timestamp + 7 days);
        vm.prank(GUARDIAN);
        vm.expectPartialRevert(Guarded.PauseTooSoon.selector);
        settlement.pause(1);
        vm.prank(PAYER);
        escrow.withdraw();
        complete(d);
        d.s.epoch = 0;
        post(d);
        vm.warp(block.timestamp + 7 days);
        vm.startPrank(GUARDIAN);
        settlement.pause(7 days);
        settlement.unpause();
        vm.stopPrank();
        (, uint64 until) = settlement.guardian();
        assertEq(until, block.timestamp, "ended early");
    }

    function test_the_owner_names_the_guardian() external {
        settlement.setGuardian(PAYER);
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(Guarded.NotGuardian.selector, GUARDIAN));
        settlement.pause(1);
        vm.prank(PAYER);
        settlement.pause(1);
    }
}
