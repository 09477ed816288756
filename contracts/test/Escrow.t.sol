// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Escrow} from "../src/Escrow.sol";
import {PayerRow} from "../src/Statement.sol";
import {TestDollar} from "../src/TestDollar.sol";
import {assertEq, assertTrue, bound, vm} from "./Vm.sol";

contract EscrowTest {
    uint64 private constant THAW = 100;
    address private constant ALICE = address(0xa11ce);
    address private constant BOB = address(0xb0b);

    TestDollar private dollar;
    Escrow private escrow;

    function setUp() external {
        vm.warp(1_000);
        dollar = new TestDollar();
        escrow = new Escrow(IERC20(address(dollar)), THAW);
        escrow.setSettlement(address(this));
        dollar.mint(address(this), 1e30);
        dollar.approve(address(escrow), type(uint256).max);
    }

    function rows(address payer, uint256 amount) private pure returns (PayerRow[] memory one) {
        one = new PayerRow[](1);
        one[0] = PayerRow(payer, amount);
    }

    function test_settlement_is_set_once_by_the_deployer() external {
        vm.expectRevert(abi.encodeWithSelector(Escrow.SettlementAlreadySet.selector, address(this)));
        escrow.setSettlement(ALICE);
        Escrow fresh = new Escrow(IERC20(address(dollar)), THAW);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(Escrow.NotDeployer.selector, ALICE));
        fresh.setSettlement(ALICE);
    }

    function test_only_the_settlement_takes_and_puts_back() external {
        escrow.deposit(ALICE, 10);
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(Escrow.NotSettlement.selector, ALICE));
        escrow.take(rows(ALICE, 1));
        vm.expectRevert(abi.encodeWithSelector(Escrow.NotSettlement.selector, ALICE));
        escrow.putBack(rows(ALICE, 1));
        vm.stopPrank();
    }

    function test_withdrawal_waits_for_the_thaw() external {
        escrow.deposit(ALICE, 10);
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(Escrow.NothingRequested.selector, ALICE));
        escrow.withdraw();
        escrow.requestWithdrawal(4);
        assertEq(escrow.committed(ALICE), 6, "committed falls at once");
        assertEq(escrow.balanceOf(ALICE), 10, "balance does not");
        vm.warp(1_000 + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(Escrow.StillThawing.selector, 1_000 + THAW));
        escrow.withdraw();
        vm.warp(1_000 + THAW);
        assertEq(escrow.withdraw(), 4, "paid");
        vm.stopPrank();
        assertEq(dollar.balanceOf(ALICE), 4, "received");
        assertEq(escrow.lifetimeWithdrawn(ALICE), 4, "withdrawn");
        assertEq(escrow.committed(ALICE), 6, "committed stays");
    }

    function test_a_second_request_replaces_the_first_and_thaws_anew() external {
        escrow.deposit(ALICE, 10);
        vm.startPrank(ALICE);
        escrow.requestWithdrawal(4);
        vm.warp(1_050);
        escrow.requestWithdrawal(9);
        vm.warp(1_000 + THAW);
        vm.expectRevert(abi.encodeWithSelector(Escrow.StillThawing.selector, 1_050 + THAW));
        escrow.withdraw();
        vm.expectRevert(abi.encodeWithSelector(Escrow.AboveBalance.selector, ALICE, 11, 10));
        escrow.requestWithdrawal(11);
        vm.stopPrank();
    }

    function test_what_thaws_can_still_be_taken() external {
        escrow.deposit(ALICE, 10);
        vm.prank(ALICE);
        escrow.requestWithdrawal(10);
        escrow.take(rows(ALICE, 7));
        vm.warp(1_000 + THAW);
        vm.prank(ALICE);
        assertEq(escrow.withdraw(), 3, "only the rest");
        assertEq(escrow.balanceOf(ALICE), 0, "empty");
    }

    function test_rows_must_ascend_strictly() external {
        escrow.deposit(ALICE, 10);
        escrow.deposit(BOB, 10);
        PayerRow[] memory two = new PayerRow[](2);
        (two[0], two[1]) = (PayerRow(BOB, 1), PayerRow(ALICE, 1));
        escrow.take(two);
        (two[0], two[1]) = (PayerRow(ALICE, 1), PayerRow(BOB, 1));
        vm.expectRevert(abi.encodeWithSelector(Escrow.RowsNotAscending.selector, 1));
        escrow.take(two);
        (two[0], two[1]) = (PayerRow(ALICE, 1), PayerRow(ALICE, 1));
        vm.expectRevert(abi.encodeWithSelector(Escrow.RowsNotAscending.selector, 1));
        escrow.take(two);
    }

    function testFuzz_never_more_is_taken_than_deposited(uint96 deposited, uint256 amount) external {
        escrow.deposit(ALICE, deposited);
        if (amount > deposited) {
            vm.expectRevert(abi.encodeWithSelector(Escrow.AboveBalance.selector, ALICE, amount, deposited));
            escrow.take(rows(ALICE, amount));
        } else {
            uint256 before = dollar.balanceOf(address(this));
            assertEq(escrow.take(rows(ALICE, amount)), amount, "sum");
            assertEq(dollar.balanceOf(address(this)) - before, amount, "received");
            assertEq(escrow.balanceOf(ALICE), deposited - amount, "left");
        }
    }
}

/// @notice What payers and the settlement may do to the escrow, in any order.
contract EscrowHandler {
    TestDollar public immutable dollar = new TestDollar();
    Escrow public immutable escrow;
    address[3] public payers = [address(0x11), address(0x22), address(0x33)];
    uint256 public taken;

    constructor() {
        escrow = new Escrow(IERC20(address(dollar)), 100);
        escrow.setSettlement(address(this));
        dollar.approve(address(escrow), type(uint256).max);
        vm.warp(1_000);
    }

    function deposit(uint256 who, uint256 amount) external {
        amount = bound(amount, 0, 1e15);
        dollar.mint(address(this), amount);
        escrow.deposit(payers[who % 3], amount);
    }

    function request(uint256 who, uint256 amount) external {
        address payer = payers[who % 3];
        amount = bound(amount, 0, escrow.balanceOf(payer));
        vm.prank(payer);
        escrow.requestWithdrawal(amount);
    }

    function withdraw(uint256 who, uint256 later) external {
        address payer = payers[who % 3];
        vm.warp(block.timestamp + later % 200);
        (uint256 amount, uint64 thawsAt) = escrow.pendingWithdrawal(payer);
        if (amount == 0 || block.timestamp < thawsAt) return;
        vm.prank(payer);
        escrow.withdraw();
    }

    function take(uint256 a, uint256 b) external {
        PayerRow[] memory rows = new PayerRow[](2);
        rows[0] = PayerRow(payers[0], bound(a, 0, escrow.balanceOf(payers[0])));
        rows[1] = PayerRow(payers[2], bound(b, 0, escrow.balanceOf(payers[2])));
        taken += escrow.take(rows);
    }
}

contract EscrowInvariants {
    EscrowHandler private handler;

    function setUp() external {
        handler = new EscrowHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_every_dollar_is_accounted_for() external view {
        Escrow escrow = handler.escrow();
        uint256 balances;
        uint256 left;
        for (uint256 i = 0; i < 3; ++i) {
            address payer = handler.payers(i);
            balances += escrow.balanceOf(payer);
            left += escrow.lifetimeDeposited(payer) - escrow.lifetimeWithdrawn(payer);
            assertTrue(escrow.committed(payer) <= escrow.lifetimeDeposited(payer), "committed is within deposits");
        }
        assertEq(handler.dollar().balanceOf(address(escrow)), balances, "holdings are the balances");
        assertEq(balances + handler.taken(), left, "balance + taken = deposited - withdrawn");
    }
}
